"""What an operator can do: one module per noun, each verb loads, judges, changes in one transaction, returns."""
