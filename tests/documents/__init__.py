"""The services' HTTP before a stranger: schemathesis asks all that the committed OpenAPI documents allow, and more."""
