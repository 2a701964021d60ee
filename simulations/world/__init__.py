"""A territory that lives: people call, are answered, go, wait, are seen and come home."""
