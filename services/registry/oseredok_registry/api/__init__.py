"""HTTP of the registry: `public` to read, `operators` to load and change."""
