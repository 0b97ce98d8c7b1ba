"""What tests stand on: servers, publishers, oracles."""
