"""What the agents' own tools do: one module per kind. The folder is the registry."""
