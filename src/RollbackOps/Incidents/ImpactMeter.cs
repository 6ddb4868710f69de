using System.Globalization;
using RollbackOps.Signals;

namespace RollbackOps.Incidents;

/// <summary>Measures what an incident did, and how long each part of it took; what nobody measured stays empty.</summary>
internal sealed class ImpactMeter
{
    private readonly IncidentEvidence _evidence;
    private readonly IReadOnlyList<TrafficPoint> _points;
    private readonly double _threshold;

    public ImpactMeter(IncidentEvidence evidence, TrafficSeries? traffic)
    {
        _evidence = evidence;
        _points = traffic?.Points ?? [];
        _threshold = evidence.Policy.AssessErrorRatePercent;
        (BeganAt, Began) = Begin();
        DetectedAt = Detect();
        DecidedAt = evidence.Attempt?.StartedAt ?? evidence.Rollback?.StartedAt ?? evidence.Decision?.DecidedAt;
        (RecoveredAt, Recovered) = Recover();
    }

    /// <summary>When it began, UTC, or null.</summary>
    public DateTimeOffset? BeganAt { get; }

    /// <summary>What says so, or what is missing.</summary>
    public string Began { get; }

    /// <summary>When it was seen, UTC, or null.</summary>
    public DateTimeOffset? DetectedAt { get; }

    /// <summary>When it was decided what to do, UTC, or null.</summary>
    public DateTimeOffset? DecidedAt { get; }

    /// <summary>When the service was well again, UTC, or null.</summary>
    public DateTimeOffset? RecoveredAt { get; }

    /// <summary>What says so, or what is missing.</summary>
    public string Recovered { get; }

    /// <summary>The bad minutes, from the first on.</summary>
    public IReadOnlyList<TrafficPoint> BadMinutes => [.. During.Where(IsBad)];

    public IncidentImpact Measure()
    {
        var during = During.ToList();
        var isMeasured = during.Count > 0;
        return new IncidentImpact
        {
            BeganAt = BeganAt,
            EndedAt = RecoveredAt,
            ErrorThresholdPercent = _threshold,
            ErrorMinutes = isMeasured ? (int)Math.Round(during.Where(IsBad).Sum(point => point.Length.TotalMinutes), MidpointRounding.AwayFromZero) : null,
            FailedRequests = isMeasured ? during.Sum(point => point.Errors) : null,
            SlowRequests = isMeasured && _evidence.AllMeasurements.Any(one => one.SlowLimit is not null && one.Slow is not null) ? during.Sum(point => point.Slow) : null,
            Requests = isMeasured ? during.Sum(point => point.Requests) : null,
            PeakErrorRatePercent = isMeasured ? during.Max(point => point.ErrorRatePercent) : null,
            Phases =
            [
                Phase("Detection", BeganAt, DetectedAt, Began, "the verdict", _evidence.Decision is null ? "nobody judged" : Began),
                Phase("Decision", DetectedAt, DecidedAt, "the verdict", "the rollback's begin", "nobody judged"),
                Phase("Mitigation", _evidence.Rollback is null ? null : DecidedAt, _evidence.SwitchedAt, "the rollback's begin", "the switch",
                    _evidence.Rollback is null ? "no rollback was made" : "production was not switched"),
                Phase("Recovery", _evidence.SwitchedAt, RecoveredAt, "the switch", Recovered,
                    _evidence.SwitchedAt is null ? "production was not switched" : Recovered),
                Phase("Whole incident", BeganAt, RecoveredAt, Began, Recovered, BeganAt is null ? Began : Recovered),
            ],
            Notes = [.. Notes()],
        };
    }

    /// <summary>Errors before and after the switch (S26); null where not both were measured.</summary>
    public BeforeAfter? Compare()
    {
        if (_evidence.SwitchedAt is not { } switched)
        {
            return null;
        }

        var since = BeganAt ?? _evidence.DeployedAt ?? switched - TimeSpan.FromHours(1);
        var before = _points.Where(point => point.End <= switched && point.End > since).ToList();
        // The minute of the switch belongs to both, and counts for neither.
        var after = _points.Where(point => point.At >= switched).ToList();
        return before.Count == 0 || after.Count == 0 ? null : new BeforeAfter
        {
            BeforeFrom = before[0].At,
            BeforeTo = before[^1].End,
            BeforeRequests = before.Sum(point => point.Requests),
            BeforeErrors = before.Sum(point => point.Errors),
            AfterFrom = after[0].At,
            AfterTo = after[^1].End,
            AfterRequests = after.Sum(point => point.Requests),
            AfterErrors = after.Sum(point => point.Errors),
        };
    }

    private IEnumerable<TrafficPoint> During => BeganAt is { } began
        ? _points.Where(point => point.End > began && (RecoveredAt is not { } ended || point.At < ended))
        : [];

    private bool IsBad(TrafficPoint point) => point.ErrorRatePercent >= _threshold;

    private (DateTimeOffset? At, string Detail) Begin()
    {
        var until = _evidence.SwitchedAt ?? DateTimeOffset.MaxValue;
        var first = _points.FirstOrDefault(point =>
            IsBad(point) && point.At < until && (_evidence.DeployedAt is not { } live || point.End > live));
        if (first is not null)
        {
            var at = _evidence.DeployedAt is { } live && live > first.At ? live : first.At;
            return (at, string.Create(CultureInfo.InvariantCulture, $"the first minute with at least {_threshold:0.##} % errors"));
        }

        var failed = _evidence.Decision?.Inputs.Probes.Where(probe => probe.Status == CheckStatus.Failed).MinBy(probe => probe.At);
        return failed is not null ? (failed.At, "the first failed probe")
            : _points.Count == 0 ? (null, "no traffic was measured by the minute, and no probe failed")
            : (null, string.Create(CultureInfo.InvariantCulture, $"no minute had {_threshold:0.##} % errors, and no probe failed"));
    }

    private DateTimeOffset? Detect()
    {
        if (_evidence.Decision is not { } decision)
        {
            return null;
        }

        var entered = decision.Inputs.Prior?.ErrorsSince;
        var at = entered is { } since && since < decision.DecidedAt && !(since < BeganAt) ? since : decision.DecidedAt;
        return at;
    }

    private (DateTimeOffset? At, string Detail) Recover()
    {
        if (_evidence.SwitchedAt is not { } switched)
        {
            return (null, "production was not switched");
        }

        var after = _points.Where(point => point.End > switched).ToList();
        if (after.Count > 0)
        {
            var last = after.LastOrDefault(IsBad);
            return last is null ? (switched, "no bad minute after the switch")
                : last == after[^1] ? (null, string.Create(CultureInfo.InvariantCulture, $"the last measured minute is still bad ({last.ErrorRatePercent:0.##} %)"))
                : (last.End, "the end of the last bad minute");
        }

        var verified = _evidence.Verifications.FirstOrDefault(one =>
            one.Status is Rollbacks.VerificationStatus.Passed or Rollbacks.VerificationStatus.PassedAsBefore);
        return verified is null
            ? (null, "nothing was measured after the switch, and no verification passed")
            : (verified.At, "the verification that passed");
    }

    private IEnumerable<string> Notes()
    {
        if (_points.Count == 0)
        {
            yield return "No traffic was measured by the minute. Pipe Measure-ErrorRate to New-IncidentReport, or configure prometheus in rollback.json.";
        }
        else if (_evidence.SwitchedAt is { } switched && !_points.Any(point => point.At >= switched))
        {
            yield return $"No traffic was measured after {_points[^1].End.UtcDateTime:HH:mm:ss} UTC, before the switch.";
        }

        foreach (var sentence in _evidence.Unreadable.Concat(_evidence.Decision?.Inputs.Unreadable ?? []).Distinct(StringComparer.Ordinal))
        {
            yield return Inert.Line(sentence);
        }

        if (_evidence.AllMeasurements.Any(one => one.IsPartial))
        {
            yield return "A source said that its answer is not whole: there may be more errors than were counted.";
        }
    }

    private static IncidentPhase Phase(
        string name, DateTimeOffset? from, DateTimeOffset? to, string begin, string end, string missing) => new()
        {
            Name = name,
            From = from,
            To = to,
            Detail = from is { } known && to is { } reached
                ? reached >= known ? $"from {begin} to {end}" : $"{end} lies before {begin}"
                : missing,
        };
}
