"""Pro Santé Connect: who a professional is, by OpenID Connect (code flow, PKCE, checked token)."""
