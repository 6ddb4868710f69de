using RollbackOps.Adapters.Resilience;
using RollbackOps.Configuration;

namespace RollbackOps.Adapters.Vercel;

/// <summary>What is followed.</summary>
/// <param name="Type">Rollback or promote.</param>
/// <param name="Target">Where to.</param>
/// <param name="Before">The record as it was before the request.</param>
/// <param name="AskedAt">When the request was made, by the server's clock.</param>
/// <param name="IsQueued">Whether it waits behind a rolling release.</param>
/// <param name="Doubt">Why nobody knows whether the request arrived, or null.</param>
internal sealed record Followed(
    string Type, string Target, WireAliasRequest? Before, DateTimeOffset AskedAt, bool IsQueued, RollbackOpsException? Doubt);

/// <summary>Follows the record of a switch to its end: fast first, then ever slower.</summary>
internal sealed class VercelFollower
{
    // A request that arrived is on record by then.
    private static readonly TimeSpan s_visibility = TimeSpan.FromSeconds(15);

    // The answer's time has whole seconds, and two servers' clocks may differ a little.
    private static readonly TimeSpan s_tolerance = TimeSpan.FromSeconds(2);

    private readonly VercelApi _api;
    private readonly VercelSettings _settings;
    private readonly TimeProvider _clock;

    public VercelFollower(VercelApi api, VercelSettings settings, TimeProvider clock)
    {
        _api = api;
        _settings = settings;
        _clock = clock;
    }

    /// <summary>Whether a job has come to an end; a word that is not known is none.</summary>
    public static bool IsOver(WireAliasRequest record) => record.JobStatus is "succeeded" or "failed" or "skipped";

    /// <summary>Follows our request; the project as it was when the job was over.</summary>
    /// <exception cref="RollbackOpsException">
    /// <see cref="ErrorId.OutcomeUnknown"/>: no record of ours appeared, or it did not come to an end in time.
    /// </exception>
    public async Task<WireProject> FollowAsync(Followed ours, CancellationToken cancellationToken)
    {
        var begun = _clock.GetTimestamp();
        var pace = Pace.Close();
        var seen = "no record of it was seen";
        while (true)
        {
            await Task.Delay(pace.Next(), _clock, cancellationToken);
            var isRecorded = false;
            if (await TryReadAsync(cancellationToken) is { } project)
            {
                var record = project.LastAliasRequest;
                isRecorded = IsOurs(record, ours);
                seen = record is null ? seen : isRecorded ? VercelSwitch.Describe(record) : $"the last record is another: {VercelSwitch.Describe(record)}";
                if (isRecorded ? IsOver(record!) : VercelSwitch.CurrentOf(project) == ours.Target)
                {
                    // Without a record of ours, what is live counts, and another's record is not ours to read.
                    return isRecorded ? project : project with { LastAliasRequest = null };
                }
            }

            var waited = _clock.GetElapsedTime(begun);
            if (waited >= _settings.SwitchTimeout || (!isRecorded && !ours.IsQueued && waited >= s_visibility))
            {
                throw Unknown(ours, seen, waited);
            }
        }
    }

    /// <summary>Waits for the end of a job that is on record; the project as it was last seen.</summary>
    public async Task<WireProject> AwaitEndAsync(
        WireProject project, WireAliasRequest record, CancellationToken cancellationToken)
    {
        var begun = _clock.GetTimestamp();
        var pace = Pace.Close();
        while (project.LastAliasRequest is { } now && now.RequestedAt == record.RequestedAt && !IsOver(now)
            && _clock.GetElapsedTime(begun) < _settings.SwitchTimeout)
        {
            await Task.Delay(pace.Next(), _clock, cancellationToken);
            project = await TryReadAsync(cancellationToken) ?? project;
        }

        return project;
    }

    /// <summary>The shared record is ours only if target, type and time match our request, and it was not there before (S24).</summary>
    private static bool IsOurs(WireAliasRequest? record, Followed ours) => record is not null
        && record.ToDeploymentId == ours.Target
        && record.Type == ours.Type
        && VercelDeployments.Time(record.RequestedAt) >= ours.AskedAt - s_tolerance
        && record.RequestedAt != ours.Before?.RequestedAt;

    /// <summary>A read that fails says nothing of the switch (S17): the next one may.</summary>
    private async Task<WireProject?> TryReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await _api.ReadProjectAsync(cancellationToken)).Project;
        }
        catch (RollbackOpsException failure) when (failure.Id is ErrorId.PlatformUnavailable or ErrorId.RateLimited
            or ErrorId.PlatformUnreadable)
        {
            return null;
        }
        catch (RollbackOpsException failure)
        {
            throw new RollbackOpsException(ErrorId.OutcomeUnknown,
                $"The switch was asked for, and what became of it can no longer be read: {failure.Message}",
                failure.NextStep + " Then run Resume-Rollback.", failure.Subject, failure);
        }
    }

    private static RollbackOpsException Unknown(Followed ours, string seen, TimeSpan waited) => new(
        ErrorId.OutcomeUnknown,
        FormattableString.Invariant($"The {ours.Type} to {ours.Target} was asked for{(ours.IsQueued ? " and is queued behind a rolling release" : "")}, and after {waited.TotalSeconds:0} s its outcome is not known: {seen}.")
        + (ours.Doubt is null ? "" : $" {ours.Doubt.Message}"),
        ours.IsQueued
            ? "Finish or abort the rolling release on Vercel, then run Resume-Rollback."
            : "Look at the project on Vercel; then run Resume-Rollback: it looks first, and asks again only if nothing happened.",
        ours.Target, ours.Doubt);
}
