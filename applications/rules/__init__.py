"""What holds for applications, fees and itineraries. Pure: no database, no clock."""
