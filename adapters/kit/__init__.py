"""What every adapter needs: one HTTP factory, freshness, quarantine, retry."""
