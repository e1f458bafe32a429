"""What screens are made of: small drawing functions, one module a concern. They hold no rules and keep nothing."""
