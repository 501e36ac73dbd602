"""The parts of `bench.ledger`."""
