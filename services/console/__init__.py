"""The regulator's screens, in French: a call taken, answered and decided by the keyboard."""
