"""Every read of this room that crosses a wall or joins; the viewer comes first."""
