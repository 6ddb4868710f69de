using System.Globalization;
using RollbackOps.Databases;
using RollbackOps.Rollbacks;

namespace RollbackOps.Incidents;

/// <summary>
/// Fills a post-mortem's sections from evidence. What only a person can know stays empty, and is marked as to be written
/// where it is rendered.
/// </summary>
internal sealed class PostMortemWriter
{
    private static readonly TimeSpan s_quickSwitch = TimeSpan.FromSeconds(60);

    private readonly IncidentEvidence _evidence;
    private readonly IncidentImpact _impact;
    private readonly BeforeAfter? _comparison;
    private readonly IReadOnlyList<VerificationCheck> _checklist;

    public PostMortemWriter(
        IncidentEvidence evidence, IncidentImpact impact, BeforeAfter? comparison, IReadOnlyList<VerificationCheck> checklist)
    {
        _evidence = evidence;
        _impact = impact;
        _comparison = comparison;
        _checklist = checklist;
    }

    private RollbackResult? Rollback => _evidence.Rollback;

    private RollbackPlan? Plan => _evidence.Attempt?.Plan;

    /// <param name="scheduledAt">When the post-mortem is held, or null.</param>
    public PostMortem Write(DateTimeOffset? scheduledAt) => new()
    {
        ScheduledAt = scheduledAt,
        Trigger = Lines(Trigger()),
        Detection = Lines(Detection()),
        RootCause = Lines(RootCause()),
        Resolution = Lines(Resolution()),
        WentWell = Lines(WentWell()),
        WentBadly = Lines(WentBadly()),
    };

    /// <summary>What remains to be done, as far as the record asks for it.</summary>
    public IReadOnlyList<ActionItem> ActionItems() =>
    [
        .. Remaining().Select(item => new ActionItem { What = Inert.Line(item.What), Why = Inert.Line(item.Why) }),
    ];

    private IEnumerable<string> Trigger()
    {
        if (Rollback?.From is { } from && _evidence.DeployedAt is { } live)
        {
            var commit = from.Commit is null ? "" : $", commit {from.ShortCommit} \"{from.Subject}\"{(from.Author is null ? "" : $" by {from.Author}")}";
            yield return $"{from.Id} went live at {Utc(live)}{commit}.";
        }

        foreach (var signal in _evidence.Decision?.Inputs.Signals ?? [])
        {
            yield return $"A person or a test stated {signal}.";
        }
    }

    private IEnumerable<string> Detection()
    {
        if (_evidence.Decision is { } decision)
        {
            yield return $"The verdict at {Utc(decision.DecidedAt)} was {decision.Verdict} ({decision.Severity}).";
            foreach (var reason in decision.Reasons)
            {
                yield return Sentence(reason);
            }
        }
        else if (Rollback is { } rollback)
        {
            yield return $"Nobody judged; {rollback.Owner} rolled back by hand. Reason given: {Sentence(rollback.Reason)}";
        }
    }

    private IEnumerable<string> RootCause()
    {
        if (_comparison is { } comparison)
        {
            yield return comparison.Detail;
        }

        if (_evidence.Decision is { Verdict: Decisions.Verdict.RollbackWouldNotHelp })
        {
            yield return "The verdict was that a rollback would not help: the cause lies elsewhere than in the deployment.";
        }

        if (Plan?.Difference is { Commits: { Count: > 0 } commits })
        {
            yield return $"{Counted(commits.Count, "commit")} came with the deployment and {(commits.Count == 1 ? "was" : "were")} taken back: {string.Join("; ", commits.Take(10))}{(commits.Count > 10 ? "; and more" : "")}.";
        }

        if (Plan?.Difference.Migrations is { Count: > 0 } migrations)
        {
            yield return $"{Counted(migrations.Count, "migration")} came with it and {(migrations.Count == 1 ? "was" : "were")} not taken back: {string.Join("; ", migrations.Take(10))}.";
        }
    }

    private IEnumerable<string> Resolution()
    {
        foreach (var restore in _evidence.Database.Restores)
        {
            yield return DatabaseStory.Summary(restore);
        }

        if (Rollback is not { } rollback)
        {
            if (_evidence.Database.Last is null)
            {
                yield return "No rollback was made.";
            }

            yield break;
        }

        yield return _evidence.SwitchedAt is { } switched
            ? $"Production was switched from {rollback.From?.Id ?? "(unknown)"} to {_evidence.Attempt?.LiveId ?? rollback.Target?.Id} at {Utc(switched)}; the outcome is {rollback.Status}."
            : $"Production was not switched; the outcome is {rollback.Status}.";
        if (rollback.Message is { } message)
        {
            yield return Sentence(message);
        }

        if (_impact.EndedAt is { } ended)
        {
            yield return $"The service was well again at {Utc(ended)}: {_impact.Phases[^1].Detail}.";
        }
    }

    private IEnumerable<string> WentWell()
    {
        if (Rollback?.Status is RollbackStatus.Succeeded or RollbackStatus.AlreadyCurrent)
        {
            yield return $"The rollback came to its end in {Seconds(Rollback.Duration)}, verified from outside.";
        }

        if (_evidence.SwitchedAt is { } switched && _evidence.Attempt is { } attempt && switched - attempt.StartedAt is var took && took <= s_quickSwitch && took >= TimeSpan.Zero)
        {
            yield return $"Production was switched {Seconds(took)} after the rollback began.";
        }

        foreach (var restore in _evidence.Database.Restores.Where(restore => restore.Status == RestoreStatus.Succeeded))
        {
            yield return $"The restore of {restore.Database} came to its end in {Seconds(restore.Duration)}, checked.";
        }

        if (_comparison is { Outcome: Improvement.Improved })
        {
            yield return "The error rate fell after the rollback.";
        }

        if (_evidence.Decision is { IsAutomatic: true })
        {
            yield return "The evidence was strong enough to act on with nobody there.";
        }

        if (Rollback is { Overrides.Count: 0 } && _evidence.SwitchedAt is not null)
        {
            yield return "No safety gate had to be overridden.";
        }
    }

    private IEnumerable<string> WentBadly()
    {
        foreach (var step in Rollback?.Steps.Where(step => step.Status is StepStatus.Failed or StepStatus.Intended) ?? [])
        {
            yield return $"Step {step.Number}, {step.Kind}: {(step.Status == StepStatus.Failed ? "failed" : "its outcome was not recorded")}{(step.Detail is null ? "" : $": {step.Detail}")}.";
        }

        if (Rollback is { } rollback && rollback.Status is not (RollbackStatus.Succeeded or RollbackStatus.AlreadyCurrent or RollbackStatus.NotNeeded))
        {
            yield return $"The rollback ended as {rollback.Status}.";
        }

        foreach (var check in _evidence.LastVerification?.Checks.Where(check => check.Status == VerificationStatus.Failed) ?? [])
        {
            yield return $"{check.Name} failed: {Sentence(check.Detail)}";
        }

        if (_comparison is { Outcome: Improvement.NoImprovement })
        {
            yield return "The rollback brought no improvement: the deployment is likely not the cause.";
        }

        foreach (var restore in _evidence.Database.Restores)
        {
            if (restore.Status != RestoreStatus.Succeeded)
            {
                yield return $"The restore of {restore.Database} ended as {restore.Status}.";
            }

            if (restore.LostWrites is { } lost && lost > TimeSpan.Zero)
            {
                yield return $"{DatabaseStory.Minutes(lost)} of writes are missing in {restore.Database}.";
            }
        }

        foreach (var one in (Rollback?.Overrides ?? []).Concat(_evidence.Database.Restores.SelectMany(restore => restore.Overrides)))
        {
            yield return $"The gate {one.Name} was overridden: {Sentence(one.Reason)}";
        }

        foreach (var warning in Rollback?.Warnings ?? [])
        {
            yield return Sentence(warning.Message);
        }

        foreach (var note in _evidence.Decision?.Inputs.Unreadable ?? [])
        {
            yield return Sentence(note);
        }

        if (_evidence.Ledger.Reading.Findings.Any(finding => finding.BreaksTrust))
        {
            yield return "The journal was changed after it was written.";
        }
    }

    private IEnumerable<(string What, string Why)> Remaining()
    {
        if (Rollback is { NextStep: { } next } rollback)
        {
            yield return (next, $"the rollback ended as {rollback.Status}");
        }

        foreach (var restore in _evidence.Database.Restores.Where(restore => restore.NextStep is not null))
        {
            yield return (restore.NextStep!, $"the restore ended as {restore.Status}");
        }

        if (_comparison is { Outcome: Improvement.NoImprovement })
        {
            yield return ("Escalate, and look for the cause outside the deployment", "the rollback brought no improvement");
        }

        foreach (var step in _evidence.Decision?.NextSteps ?? [])
        {
            yield return (step, "the verdict names it");
        }

        if (_evidence.SwitchedAt is not null && Plan is { Kind: PlanKind.Rollback } plan)
        {
            yield return ($"Mend {plan.From.Id} and deploy the fix", "it was taken back");
            if (plan.Steps.Any(step => step.Kind == StepKind.Pin) && _evidence.Attempt?.UndoneBy is null)
            {
                yield return ("Lift the pin before the next deployment: Undo-Rollback or Unblock-Deployment", "promotion is pinned");
            }

            if (plan.Difference.Migrations is { Count: > 0 })
            {
                yield return ("Decide what becomes of the migrations that were not taken back", "a code rollback leaves the database as it is");
            }
        }

        foreach (var item in _checklist.Where(item => item.Status is VerificationStatus.Failed or VerificationStatus.Unverified or VerificationStatus.Pending))
        {
            yield return ($"Checklist: {item.Name}", $"{item.Status}: {item.Detail}");
        }
    }

    private static IReadOnlyList<string> Lines(IEnumerable<string> lines) =>
        [.. lines.Select(Inert.Line).Where(line => line.Length > 0).Distinct(StringComparer.Ordinal)];

    /// <summary>A sentence of a text; a first word that is a name, as r43 is, stays as it is.</summary>
    private static string Sentence(string text)
    {
        var isWord = text.TakeWhile(letter => letter is not (' ' or ':')).All(char.IsLetter);
        return text.Length == 0 ? text
            : (isWord ? char.ToUpperInvariant(text[0]) : text[0]) + text[1..] + (text[^1] is '.' or '!' or '?' or ':' ? "" : ".");
    }

    private static string Counted(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";

    private static string Utc(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s");
}
