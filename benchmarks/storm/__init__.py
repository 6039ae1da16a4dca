"""The three minutes after sending: many answer at once while the dashboard is open (safety.md S5, quality.md "answer by signed link")."""
