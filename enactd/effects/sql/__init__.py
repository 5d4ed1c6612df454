"""What SQL text would do, in its client's dialect."""
