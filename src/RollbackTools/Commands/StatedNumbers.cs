using System.Globalization;
using System.Management.Automation;
using RollbackOps;
using RollbackOps.Signals;
using RollbackTools.Errors;
using Notation = RollbackOps.Configuration.Duration;

namespace RollbackTools.Commands;

/// <summary>Numbers that a person, or another tool, states: by parameters, or as properties of the same names.</summary>
internal sealed record StatedNumbers
{
    private const string Expected =
        "a Deployment, a Measurement, a decision's Inputs, or an object with the properties ErrorRatePercent (and RequestCount), Requests and Errors, P95 or ResourcePercent, and Duration";

    public string Source { get; init; } = "parameters";

    public double? ErrorRatePercent { get; init; }

    public long? RequestCount { get; init; }

    /// <summary>Errors, where they were counted rather than given as a rate.</summary>
    public long? ErrorCount { get; init; }

    public TimeSpan? P95 { get; init; }

    public double? ResourcePercent { get; init; }

    public TimeSpan? Duration { get; init; }

    /// <summary>When the numbers end to hold; null for now.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Whether there is any number.</summary>
    public bool HasAny => ErrorRatePercent is not null || ErrorCount is not null || P95 is not null || ResourcePercent is not null;

    /// <summary>What an object states.</summary>
    /// <exception cref="RollbackOpsException">
    /// <see cref="ErrorId.InvalidArgument"/>; <see cref="ErrorId.DeserializedInput"/>.
    /// </exception>
    public static StatedNumbers Of(PSObject given)
    {
        var from = Time(given, nameof(Measurement.From));
        var to = Time(given, nameof(Measurement.To));
        var stated = new StatedNumbers
        {
            Source = Text(given, nameof(Measurement.Source)) is { Length: > 0 } source ? Inert.Line(source) : "pipeline",
            ErrorRatePercent = Percent(given, nameof(ErrorRatePercent)),
            RequestCount = Count(given, nameof(RequestCount)) ?? Count(given, nameof(Measurement.Requests)),
            ErrorCount = Count(given, nameof(Measurement.Errors)),
            P95 = Length(given, nameof(P95)),
            ResourcePercent = Percent(given, nameof(ResourcePercent)),
            Duration = Length(given, nameof(Duration)) ?? (to - from),
            To = to,
        };
        var isCopy = given.TypeNames.Any(name => name.StartsWith("Deserialized.RollbackOps.", StringComparison.Ordinal));
        var isCountedAlone = stated is { ErrorCount: not null, RequestCount: null };
        return stated.HasAny && !isCopy && !isCountedAlone ? stated : throw ErrorRecords.UnusableInput(given, Expected);
    }

    /// <summary>The numbers as a measurement that ends now, or when they say.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.InvalidArgument"/>; <see cref="ErrorId.MeasurementInvalid"/>.</exception>
    public Measurement ToMeasurement()
    {
        if (Duration is not { } duration || duration <= TimeSpan.Zero)
        {
            throw new RollbackOpsException(ErrorId.InvalidArgument,
                "A rate, a percentile or a use says nothing without the time it has held.",
                "Add -Duration, for example -Duration 5m; to an object, a property Duration.");
        }

        var to = (To ?? DateTimeOffset.UtcNow).ToUniversalTime();
        var errors = ErrorCount ?? (ErrorRatePercent is { } rate && RequestCount is { } of ? (long?)Math.Round(of * rate / 100) : null);
        var counted = RequestCount is { } requests && errors is { } failed
            ? Measurement.FromCounts(Source, to - duration, to, requests, failed)
            : new Measurement { Source = Source, From = to - duration, To = to };
        return counted with
        {
            ErrorRatePercent = ErrorRatePercent ?? counted.ErrorRatePercent,
            P95 = P95,
            Resource = ResourcePercent is null ? null : "resource",
            ResourcePercent = ResourcePercent,
        };
    }

    private static object? Value(PSObject given, string name) => given.Properties[name]?.Value is { } value && value as string != ""
        ? value is PSObject wrapped ? wrapped.BaseObject : value
        : null;

    private static string? Text(PSObject given, string name) => Value(given, name)?.ToString();

    private static double? Percent(PSObject given, string name) => Convert<double>(given, name) is not { } percent ? null
        : percent is >= 0 and <= 100 ? percent
        : throw Unusable(given, name, "a percentage between 0 and 100");

    private static long? Count(PSObject given, string name) => Convert<long>(given, name) is not { } count ? null
        : count >= 0 ? count : throw Unusable(given, name, "a number of requests");

    private static DateTimeOffset? Time(PSObject given, string name) => Convert<DateTimeOffset>(given, name);

    private static TimeSpan? Length(PSObject given, string name) => Value(given, name) switch
    {
        null => null,
        TimeSpan length => length,
        var other => Notation.TryParse(System.Convert.ToString(other, CultureInfo.InvariantCulture), out var length)
            ? length : throw Unusable(given, name, "a duration with its unit: 90s, 5m, 1h, 2500ms"),
    };

    private static T? Convert<T>(PSObject given, string name)
        where T : struct
    {
        try
        {
            return Value(given, name) is { } value ? LanguagePrimitives.ConvertTo<T>(value) : null;
        }
        catch (PSInvalidCastException)
        {
            throw Unusable(given, name, $"a {typeof(T).Name}");
        }
    }

    private static RollbackOpsException Unusable(PSObject given, string name, string expected) => new(ErrorId.InvalidArgument,
        $"The property {name} of what was given is '{Inert.Line(Text(given, name) ?? "")}', and not {expected}.",
        "Give it as the parameter of the same name takes it: Get-Help Test-RollbackNeeded -Parameter *.", given);
}
