"""Every read of safety checks that crosses a wall or joins; the viewer comes first."""
