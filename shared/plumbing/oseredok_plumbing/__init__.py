"""What every service stands on: intake, inbox, outbox and relay, waiting, quarantine, ledger, start and drain."""
