"""Who may do what: identities, roles, the permission matrix, sessions, and the gate in front."""
