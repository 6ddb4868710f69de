using System.Globalization;
using RollbackOps.Configuration;
using RollbackOps.Decisions;
using RollbackOps.Incidents;

namespace RollbackOps.Rollbacks;

/// <summary>The written success criteria of the three windows (S25), each from what was measured, and from nothing else.</summary>
internal sealed class WindowCriteria
{
    /// <summary>As many requests without an error prove a rate below 0.1 % at 95 %.</summary>
    public const long EnoughForStable = 2_995;

    private const double Stable = 0.001;
    private const double Confidence = 0.95;
    private const long EnoughForP95 = 59;
    private static readonly TimeSpan s_recent = TimeSpan.FromMinutes(5);
    private readonly PolicySettings _policy;
    private readonly DateTimeOffset _switchedAt;
    private readonly DateTimeOffset _incidentFrom;
    private readonly DateTimeOffset _now;
    private readonly WindowTraffic? _traffic;
    private readonly TrafficCount? _former;

    /// <param name="policy">The policy.</param>
    /// <param name="switchedAt">When production was switched.</param>
    /// <param name="incidentFrom">From when on the time before belongs to the incident.</param>
    /// <param name="now">The time.</param>
    /// <param name="traffic">The traffic, or null where none was measured.</param>
    /// <param name="former">The target's own traffic when it served before, or null.</param>
    public WindowCriteria(
        PolicySettings policy, DateTimeOffset switchedAt, DateTimeOffset incidentFrom, DateTimeOffset now, WindowTraffic? traffic, TrafficCount? former)
    {
        _policy = policy;
        _switchedAt = switchedAt;
        _incidentFrom = incidentFrom;
        _now = traffic is { } measured && measured.To < now ? measured.To : now;
        _traffic = traffic;
        _former = former is { Requests: > 0 } ? former : null;
    }

    /// <summary>Errors before and after the switch (S26); the first minute after it belongs to neither.</summary>
    public BeforeAfter? Compare()
    {
        var from = _switchedAt + TimeSpan.FromMinutes(1);
        return _traffic is null || _now <= from ? null : Of(_traffic.Count(_incidentFrom, _switchedAt), _traffic.Count(from, _now));

        BeforeAfter? Of(TrafficCount before, TrafficCount after) => before.Requests == 0 || after.Requests == 0 ? null : new BeforeAfter
        {
            BeforeFrom = _incidentFrom,
            BeforeTo = _switchedAt,
            BeforeRequests = before.Requests,
            BeforeErrors = before.Errors,
            AfterFrom = from,
            AfterTo = _now,
            AfterRequests = after.Requests,
            AfterErrors = after.Errors,
        };
    }

    /// <summary>Immediate: "error rate returning to normal".</summary>
    public VerificationCheck Returning()
    {
        const string Name = "Error rate returning to normal";
        const string Expected = "below half of the incident's peak and falling, or the tier left";
        if (_traffic is null)
        {
            return NoTraffic(Name, Expected);
        }

        if (_traffic.NowRate(_now, _switchedAt) is not { } now)
        {
            return Unverified(Name, Expected, "fewer than 20 requests since the switch");
        }

        var rate = now.Count.Rate;
        if (HasLeftTier())
        {
            return Check(Name, VerificationStatus.Passed, Expected, $"the tier is left; {Percent(rate)} now");
        }

        if (_traffic.Peak(_incidentFrom, _switchedAt) is not { } peak)
        {
            return Unverified(Name, Expected, $"{Percent(rate)} now, and the incident itself was not measured");
        }

        var since = _traffic.Count(_switchedAt, now.From);
        var before = since.Requests >= 20 ? since.Rate : peak;
        var isFalling = rate == 0 || rate < before;
        // Where no request failed in the incident, slow answers for example, none that fails now is normal.
        return Check(Name, (rate < peak / 2 && isFalling) || (rate == 0 && peak == 0) ? VerificationStatus.Passed : VerificationStatus.Failed, Expected,
            $"{Percent(rate)} now ({Of(now.Count)}), {Percent(before)} since the switch before, {Percent(peak)} at the peak");
    }

    /// <summary>Short-term: "error rate stable below 0.1 %" (S25), counted from a time on.</summary>
    public VerificationCheck StableRate(string name, DateTimeOffset from, DateTimeOffset to)
    {
        var expected = string.Create(CultureInfo.InvariantCulture, $"below 0.1 % with at least {EnoughForStable} requests, or no higher than the target's own former rate");
        if (_traffic is null)
        {
            return NoTraffic(name, expected);
        }

        var seen = _traffic.Count(from, to < _now ? to : _now);
        var upper = Binomial.UpperBound(seen.Errors, seen.Requests, Confidence);
        var isAsBefore = _former is { } former && seen.Requests > 0 && upper <= Binomial.UpperBound(former.Errors, former.Requests, Confidence);
        var observed = $"{Percent(seen.Rate)} ({Of(seen)}), at most {Percent(upper)}{(_former is { } was ? $"; the target's own was {Percent(was.Rate)} ({Of(was)})" : "")}";
        // Too little to prove it, and yet enough to rule it out.
        var isWorse = seen.Errors > 0 && 1 - Binomial.AtMost(seen.Errors - 1, seen.Requests, Stable) <= 1 - Confidence;
        var status = seen.Requests >= EnoughForStable && seen.Rate < Stable ? VerificationStatus.Passed
            : isAsBefore ? VerificationStatus.PassedAsBefore
            : seen.Requests >= EnoughForStable || isWorse ? VerificationStatus.Failed
            : VerificationStatus.Unverified;
        return Check(name, status, expected,
            status == VerificationStatus.Unverified ? $"{observed}: too little traffic, {EnoughForStable - seen.Requests} more requests are needed" : observed);
    }

    /// <summary>"Performance metrics normal": at most one in twenty answers is slow, which is a p95 within the limit.</summary>
    public VerificationCheck Performance(DateTimeOffset from, DateTimeOffset to)
    {
        const string Name = "Performance metrics normal";
        var expected = string.Create(CultureInfo.InvariantCulture, $"p95 of at most {_policy.SlowAnswer.TotalSeconds:0.###} s");
        if (_traffic is null)
        {
            return NoTraffic(Name, expected);
        }

        var seen = _traffic.Count(from, to < _now ? to : _now);
        if (!_traffic.IsTimed || seen.Requests < EnoughForP95)
        {
            return Unverified(Name, expected, _traffic.IsTimed ? $"{seen.Requests} answers are too few; {EnoughForP95} are needed" : "answers are not timed there");
        }

        return Check(Name, seen.Slow * 20 <= seen.Requests ? VerificationStatus.Passed
            : _former is { } former && former.Slow * seen.Requests >= seen.Slow * former.Requests ? VerificationStatus.PassedAsBefore
            : VerificationStatus.Failed, expected, $"{seen.Slow} of {seen.Requests} answers were slower");
    }

    /// <summary>"User sessions stable": logins refused (401, 403) no more than five times as often as before (decisions.md §1).</summary>
    public VerificationCheck Sessions(DateTimeOffset from, DateTimeOffset to)
    {
        const string Name = "User sessions stable";
        const string Expected = "401 and 403 at most five times as often as the target had them";
        if (_traffic is null)
        {
            return NoTraffic(Name, Expected);
        }

        var seen = _traffic.Count(from, to < _now ? to : _now);
        return _former is not { } former || seen.Requests < EnoughForP95
            ? Unverified(Name, Expected, _former is null ? "how often the target refused before is not known" : $"{seen.Requests} requests are too few")
            : Check(Name, seen.Refused * former.Requests <= Math.Max(5 * former.Refused, 1) * seen.Requests ? VerificationStatus.Passed : VerificationStatus.Failed,
                Expected, $"{seen.Refused} of {seen.Requests} refused, {former.Refused} of {former.Requests} before");
    }

    /// <summary>"No new errors appearing": the last five minutes are no worse than the time since the switch before them.</summary>
    public VerificationCheck NoNewErrors()
    {
        const string Name = "No new errors appearing";
        const string Expected = "the last 5 minutes no worse than those since the switch";
        if (_traffic is null)
        {
            return NoTraffic(Name, Expected);
        }

        var recent = _traffic.Count(_now - s_recent, _now);
        var earlier = _traffic.Count(_switchedAt + TimeSpan.FromMinutes(1), _now - s_recent);
        if (recent.Requests < 20 || earlier.Requests < 20)
        {
            return Unverified(Name, Expected, $"{recent.Requests} requests in the last 5 minutes and {earlier.Requests} before them are too few");
        }

        var all = recent.Errors + earlier.Errors;
        var chance = recent.Errors == 0 ? 1
            : 1 - Binomial.AtMost(recent.Errors - 1, all, (double)recent.Requests / (recent.Requests + earlier.Requests));
        return Check(Name, chance > 1 - Confidence ? VerificationStatus.Passed : VerificationStatus.Failed, Expected,
            $"{Of(recent)} in the last 5 minutes, {Of(earlier)} before them");
    }

    /// <summary>"Monitoring shows green": the last five minutes in no tier of the policy.</summary>
    public VerificationCheck Green()
    {
        const string Name = "Monitoring shows green";
        var expected = string.Create(CultureInfo.InvariantCulture, $"below {_policy.MonitorErrorRatePercent:0.##} % errors in the last 5 minutes");
        if (_traffic is null)
        {
            return NoTraffic(Name, expected);
        }

        var recent = _traffic.Count(_now - s_recent, _now);
        return recent.Requests < 20
            ? Unverified(Name, expected, $"{recent.Requests} requests are too few")
            : Check(Name, recent.Rate * 100 < _policy.MonitorErrorRatePercent ? VerificationStatus.Passed : VerificationStatus.Failed,
                expected, $"{Percent(recent.Rate)} ({Of(recent)})");
    }

    /// <summary>A criterion from traffic, as it was seen now.</summary>
    private VerificationCheck Check(string name, VerificationStatus status, string expected, string observed) => new()
    {
        Name = name,
        Status = status,
        Expected = expected,
        Detail = observed,
        Source = _traffic?.Source,
        At = _now,
    };

    private VerificationCheck Unverified(string name, string expected, string why) => Check(name, VerificationStatus.Unverified, expected, why);

    private VerificationCheck NoTraffic(string name, string expected) => Unverified(name, expected,
        "no traffic was measured; configure prometheus, or pipe Measure-ErrorRate to Test-RollbackSuccess");

    /// <summary>Whether the evidence since the switch says that the assess tier is left (decisions.md §6).</summary>
    private bool HasLeftTier()
    {
        var cells = _traffic!.Between(_switchedAt, _now).ToList();
        if (cells.Count == 0 || cells[0].Length > TimeSpan.FromMinutes(1))
        {
            return false;
        }

        var rate = _policy.AssessErrorRatePercent / 100;
        var perMinute = Math.Max(1, (int)(TimeSpan.FromMinutes(1) / cells[0].Length));
        var leaving = new Leaving(rate, 2 * perMinute, 30 * perMinute);
        leaving.Look(0, holds: true, 0, 0, isNowBelow: false);
        for (var i = 0; i < cells.Count; i++)
        {
            var end = cells[i].At + cells[i].Length;
            var held = _traffic.Count(end - _policy.AssessDuration, end);
            var isNowBelow = (_traffic.NowRate(end, _switchedAt)?.Count.Rate ?? 1) < rate;
            leaving.Look(i + 1, held.Requests > 0 && held.Rate >= rate && held.Errors > 0, cells[i].Requests, cells[i].Errors, isNowBelow);
        }

        return leaving.Entered is null && !leaving.IsUncleared;
    }

    private static string Percent(double rate) => string.Create(CultureInfo.InvariantCulture, $"{100 * rate:0.###} %");

    private static string Of(TrafficCount count) => string.Create(CultureInfo.InvariantCulture, $"{count.Errors} of {count.Requests}");
}
