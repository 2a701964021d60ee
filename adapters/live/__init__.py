"""The live state in Redis: hashes, places to search around, streams shared out among workers."""
