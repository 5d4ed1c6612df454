"""What a tool call would do to the world."""
