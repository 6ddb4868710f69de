using System.Management.Automation;
using RollbackOps;
using RollbackOps.Signals;

namespace RollbackTools.Commands;

/// <summary>Numbers that were measured elsewhere, from parameters or from any object with properties of their names.</summary>
internal sealed record StatedNumbers
{
    /// <summary>The error rate in percent.</summary>
    public double? ErrorRatePercent { get; init; }

    /// <summary>Requests that it was measured over.</summary>
    public long? RequestCount { get; init; }

    /// <summary>The 95th percentile of answer times.</summary>
    public TimeSpan? P95 { get; init; }

    /// <summary>The use of a resource in percent of its limit.</summary>
    public double? ResourcePercent { get; init; }

    /// <summary>How long they have held, up to now.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>The numbers that an object's properties hold; null where it is no plain object or has none of them.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.MeasurementInvalid"/>: a property holds something else.</exception>
    public static StatedNumbers? Of(PSObject given)
    {
        if (given.BaseObject is not PSCustomObject || given.TypeNames[0].StartsWith("Deserialized.", StringComparison.Ordinal))
        {
            return null;
        }

        var numbers = new StatedNumbers
        {
            ErrorRatePercent = Number<double>(given, nameof(ErrorRatePercent)),
            RequestCount = Number<long>(given, nameof(RequestCount)) ?? Number<long>(given, "Requests"),
            P95 = Span(given, nameof(P95)),
            ResourcePercent = Number<double>(given, nameof(ResourcePercent)),
            Duration = Span(given, nameof(Duration)),
        };
        return numbers.IsEmpty
            ? null
            : numbers is { ErrorRatePercent: < 0 or > 100 } or { ResourcePercent: < 0 or > 100 } or { RequestCount: < 1 }
                ? throw new RollbackOpsException(ErrorId.MeasurementInvalid,
                    "A rate or a use is a percentage from 0 to 100, and a count is 1 or more.", "Look at the object's properties.", given)
                : numbers;
    }

    /// <summary>Whether nothing is stated.</summary>
    public bool IsEmpty => ErrorRatePercent is null && P95 is null && ResourcePercent is null;

    /// <summary>The numbers as a measurement that ends now.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.InvalidArgument"/>: for how long is not said.</exception>
    public Measurement ToMeasurement(string source)
    {
        if (Duration is not { } duration || duration <= TimeSpan.Zero)
        {
            throw new RollbackOpsException(ErrorId.InvalidArgument,
                "A rate, a percentile or a use says nothing without the time it has held.",
                "Add -Duration, for example -Duration 5m.");
        }

        var now = DateTimeOffset.UtcNow;
        var requests = ErrorRatePercent is null ? null : RequestCount;
        return new Measurement
        {
            Source = source,
            From = now - duration,
            To = now,
            ErrorRatePercent = ErrorRatePercent,
            Requests = requests,
            Errors = requests is { } count ? (long)Math.Round(count * ErrorRatePercent!.Value / 100) : null,
            P95 = P95,
            Resource = ResourcePercent is null ? null : "resource",
            ResourcePercent = ResourcePercent,
        };
    }

    private static T? Number<T>(PSObject given, string name)
        where T : struct => given.Properties[name]?.Value is not { } value
        ? null
        : LanguagePrimitives.TryConvertTo<T>(value, out var number) ? number : throw Unusable(given, name, value);

    private static TimeSpan? Span(PSObject given, string name) => given.Properties[name]?.Value switch
    {
        null => null,
        PSObject { BaseObject: TimeSpan span } => span,
        TimeSpan span => span,
        var value => RollbackOps.Configuration.Duration.TryParse(LanguagePrimitives.ConvertTo<string>(value), out var span)
            ? span
            : throw Unusable(given, name, value),
    };

    private static RollbackOpsException Unusable(PSObject given, string name, object value) => new(ErrorId.MeasurementInvalid,
        $"The property {name} holds '{Inert.Line(value.ToString())}', which is no such number.",
        "A percentage is a bare number, a time has its unit: 90s, 5m.", given);
}
