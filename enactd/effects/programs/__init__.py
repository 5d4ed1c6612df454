"""What programs do: one module of facts per family. The folder is the registry."""
