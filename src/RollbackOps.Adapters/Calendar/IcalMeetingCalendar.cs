using System.Text;
using Ical.Net.CalendarComponents;
using Ical.Net.DataTypes;
using Ical.Net.Serialization;
using RollbackOps.Incidents;

namespace RollbackOps.Adapters.Calendar;

/// <summary>Writes meetings as iCalendar files by Ical.Net.</summary>
internal sealed class IcalMeetingCalendar : IMeetingCalendar
{
    /// <summary>So long a description fits what calendars show.</summary>
    private const int LongestDescription = 4000;

    public byte[] Write(PostMortemMeeting meeting)
    {
        ArgumentNullException.ThrowIfNull(meeting);
        var written = new CalDateTime(meeting.WrittenAt.UtcDateTime);
        var calendar = new Ical.Net.Calendar { Method = "PUBLISH", ProductId = "-//RollbackOps//Incident report//EN" };
        calendar.Events.Add(new CalendarEvent
        {
            Uid = Inert.Line(meeting.Uid),
            Sequence = meeting.Sequence,
            DtStamp = written,
            LastModified = written,
            Start = new CalDateTime(meeting.At.UtcDateTime),
            Duration = Duration.FromTimeSpanExact(meeting.Length),
            Summary = Inert.Line(meeting.Title),
            Description = Cut(Inert.Text(meeting.Description)),
            Status = "CONFIRMED",
        });
        return Encoding.UTF8.GetBytes(new CalendarSerializer().SerializeToString(calendar)!);
    }

    private static string Cut(string text) => text.Length <= LongestDescription ? text
        : text[..(char.IsHighSurrogate(text[LongestDescription - 1]) ? LongestDescription - 1 : LongestDescription)] + "…";
}
