"""The ledger of periods and the module result."""
