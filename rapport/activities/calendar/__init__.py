"""The calendar: day, week, month and agenda of meetings and of what is due, of oneself and of colleagues."""
