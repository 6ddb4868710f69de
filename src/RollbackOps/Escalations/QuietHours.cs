using System.Globalization;
using RollbackOps.Configuration;
using RollbackOps.Decisions;

namespace RollbackOps.Escalations;

/// <summary>The hours in which nobody is called for what can wait.</summary>
internal sealed class QuietHours
{
    private readonly TimeOnly _from;
    private readonly TimeOnly _to;
    private readonly TimeZoneInfo _zone;

    private QuietHours(QuietHoursSettings settings)
    {
        _from = TimeOnly.Parse(settings.From, CultureInfo.InvariantCulture);
        _to = TimeOnly.Parse(settings.To, CultureInfo.InvariantCulture);
        _zone = TimeZoneInfo.FindSystemTimeZoneById(settings.Zone);
    }

    /// <summary>Those that count for an incident; null where none hold it: P1 and P2 are never held.</summary>
    public static QuietHours? For(QuietHoursSettings? settings, Severity severity) =>
        settings is null || severity is not (Severity.P3 or Severity.P4) ? null : new QuietHours(settings);

    /// <summary>When somebody may be called: then, or at the end of the quiet hours that it falls into.</summary>
    public DateTimeOffset FirstAfter(DateTimeOffset at)
    {
        var local = TimeZoneInfo.ConvertTime(at, _zone);
        var time = TimeOnly.FromDateTime(local.DateTime);
        if (!time.IsBetween(_from, _to))
        {
            return at;
        }

        var end = local.Date + _to.ToTimeSpan();
        if (time >= _to)
        {
            end = end.AddDays(1);
        }

        // An end that the clocks are put forward over is the moment at which they are.
        while (_zone.IsInvalidTime(end))
        {
            end = end.AddMinutes(1);
        }

        return new DateTimeOffset(end, _zone.GetUtcOffset(end)).ToUniversalTime();
    }
}
