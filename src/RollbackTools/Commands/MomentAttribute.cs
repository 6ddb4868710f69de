using System.Globalization;
using System.Management.Automation;
using RollbackOps;

namespace RollbackTools.Commands;

/// <summary>
/// Makes a DateTimeOffset of what a person types; a time without a zone is local. One that this machine's clocks showed twice,
/// or never, when they were changed is refused: an hour beside the truth, a backup may be from after the corruption.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class MomentAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc />
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var bare = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return bare switch
        {
            null or DateTimeOffset => bare,
            // What a clock gave knows itself which of two hours it is in.
            DateTime { Kind: not DateTimeKind.Unspecified } time => new DateTimeOffset(time),
            DateTime time => Local(time),
            _ => Parse(LanguagePrimitives.ConvertTo<string>(inputData)),
        };
    }

    private static DateTimeOffset Parse(string text)
    {
        if (!DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time))
        {
            throw new ArgumentTransformationMetadataException(
                $"'{Inert.Line(text)}' is no time. Write 2026-11-28 14:30 (local), 2026-11-28T14:30Z or 2026-11-28 14:30 +02:00, or give a DateTimeOffset.");
        }

        return time.Kind == DateTimeKind.Unspecified ? Local(time) : DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
    }

    private static DateTimeOffset Local(DateTime time)
    {
        var zone = TimeZoneInfo.Local;
        if (zone.IsAmbiguousTime(time))
        {
            var both = zone.GetAmbiguousTimeOffsets(time).Select(offset => $"'{new DateTimeOffset(time, offset):yyyy-MM-dd HH:mm:ss zzz}'").Order();
            throw new ArgumentTransformationMetadataException(
                $"{time:yyyy-MM-dd HH:mm:ss} was twice in {zone.Id}, when the clocks were put back. Say which: {string.Join(" or ", both)}.");
        }

        return zone.IsInvalidTime(time)
            ? throw new ArgumentTransformationMetadataException(
                $"{time:yyyy-MM-dd HH:mm:ss} never was in {zone.Id}: the clocks were put forward past it. Give another time, or one with its offset.")
            : new DateTimeOffset(time, zone.GetUtcOffset(time));
    }
}
