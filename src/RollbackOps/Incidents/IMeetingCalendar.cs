namespace RollbackOps.Incidents;

/// <summary>Writes meetings as calendar files.</summary>
public interface IMeetingCalendar
{
    /// <summary>A meeting as an iCalendar file (RFC 5545): UTC, with a stable id, escaped and folded.</summary>
    byte[] Write(PostMortemMeeting meeting);
}
