using System.Globalization;
using RollbackOps.Rollbacks;

namespace RollbackOps.Adapters.Git;

/// <summary>
/// The annotated tag <c>rollback-&lt;epoch seconds&gt;</c> on the commit that is live: whatever happens to the branches,
/// nothing of it is lost. A tag is never moved and no name used twice; it is found again by its trailer.
/// </summary>
internal sealed class GitTag
{
    private const string Prefix = "refs/tags/rollback-";
    private const string Pattern = Prefix + "*";

    /// <summary>Rollbacks within one second of each other, elsewhere; more would be no accident.</summary>
    private const int Attempts = 60;

    private readonly GitScope _scope;

    public GitTag(GitScope scope) => _scope = scope;

    public async Task<EffectObservation> ObserveAsync(StepContext context, CancellationToken cancellationToken)
    {
        var (from, _) = await _scope.CommitsAsync(context.From, context.Target, cancellationToken);
        var there = await _scope.Remote.ReadAsync([Pattern], cancellationToken);
        foreach (var (name, tag) in there)
        {
            if (there.GetValueOrDefault(name + "^{}") == from && await IsOursAsync(name, tag, context, cancellationToken))
            {
                return Seen.Present($"{Short(name)} marks {from[..12]} on '{_scope.Remote.Name}'");
            }
        }

        return Seen.Absent("no tag of this rollback is on the remote");
    }

    public async Task<string> ApplyAsync(StepContext context, CancellationToken cancellationToken)
    {
        var (from, target) = await _scope.CommitsAsync(context.From, context.Target, cancellationToken);
        var second = context.StartedAt.ToUnixTimeSeconds();
        var cutOff = 0;
        for (var attempt = 0; attempt < Attempts && cutOff < 2; attempt++)
        {
            var made = await FindOwnAsync(from, context, cancellationToken);
            if (made is null)
            {
                var there = await _scope.Remote.ReadAsync([Pattern], cancellationToken);
                var name = Prefix + second++.ToString(CultureInfo.InvariantCulture);
                if (there.ContainsKey(name) || await _scope.Objects.ReadRefAsync(name, cancellationToken) is not null)
                {
                    continue;
                }

                await _scope.Git.ReadAsync(
                    ["tag", "--annotate", "--cleanup=verbatim", "--file=-", Short(name), from],
                    cancellationToken, Message(context, from, target));
                made = (name, (await _scope.Objects.ReadRefAsync(name, cancellationToken))!);
            }

            var (own, tag) = made.Value;
            var pushed = await PushAsync(own, tag, cancellationToken);
            if (pushed.State == PushState.Done || await IsThereAsync(own, tag, pushed, cancellationToken))
            {
                return $"{Short(own)} marks {from[..12]} on '{_scope.Remote.Name}'";
            }

            if (pushed.State == PushState.Unknown)
            {
                // The same push again is harmless: it makes this tag or finds its name taken.
                cutOff++;
                continue;
            }

            // Somebody took the name between our look and our push. Theirs stays; ours was never seen by anybody.
            await _scope.Objects.DeleteRefAsync(own, tag, cancellationToken);
        }

        throw new RollbackOpsException(ErrorId.OutcomeUnknown,
            $"The tag of {context.From.Id} is not on '{_scope.Remote.Name}' after several attempts, and may still arrive.",
            "Check the connection to the remote; then run Resume-Rollback.", context.RollbackId);
    }

    private async Task<PushOutcome> PushAsync(string name, string tag, CancellationToken cancellationToken)
    {
        try
        {
            return await _scope.Remote.PushAsync(tag, name, expected: string.Empty, cancellationToken);
        }
        catch (RollbackOpsException)
        {
            // Refused: a tag left here would go out with somebody's git push --tags.
            await _scope.Objects.DeleteRefAsync(name, tag, cancellationToken);
            throw;
        }
    }

    private async Task<bool> IsThereAsync(
        string name, string tag, PushOutcome pushed, CancellationToken cancellationToken)
    {
        try
        {
            return (await _scope.Remote.ReadAsync([name], cancellationToken)).GetValueOrDefault(name) == tag;
        }
        catch (RollbackOpsException unseen) when (pushed.State == PushState.Unknown)
        {
            throw new RollbackOpsException(ErrorId.OutcomeUnknown,
                $"Whether the tag {Short(name)} arrived on '{_scope.Remote.Name}' is not known: {pushed.Said} The remote could not be looked at either: {unseen.Message}",
                "Check the connection to the remote; then run Resume-Rollback.", name, unseen);
        }
    }

    /// <summary>A tag that an earlier attempt made here and did not get to push.</summary>
    private async Task<(string Name, string Tag)?> FindOwnAsync(
        string from, StepContext context, CancellationToken cancellationToken)
    {
        var here = await _scope.Git.ReadAsync(
            ["for-each-ref", $"--points-at={from}", "--format=%(refname) %(objectname)", Pattern], cancellationToken);
        foreach (var line in here.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var at = line.LastIndexOf(' ');
            if (await IsOursAsync(line[..at], line[(at + 1)..], context, cancellationToken))
            {
                return (line[..at], line[(at + 1)..]);
            }
        }

        return null;
    }

    private async Task<bool> IsOursAsync(
        string name, string tag, StepContext context, CancellationToken cancellationToken)
    {
        if (!await _scope.Objects.HasAsync(tag, cancellationToken))
        {
            await _scope.Remote.FetchAsync(name, cancellationToken);
        }

        var text = await _scope.Git.RunAsync(["cat-file", "tag", tag], cancellationToken);
        return text.ExitCode == 0
            && text.Output.Split('\n').Contains(RollbackTrailer.Of(context.RollbackId), StringComparer.Ordinal);
    }

    private string Message(StepContext context, string from, string target) =>
        $"""
        Rolled back from {Inert.Line(context.From.Id)} to {Inert.Line(context.Target.Id)}

        {from} was live on {_scope.Settings.Branch}; the target is {target}.
        Reason: {Inert.Line(context.Reason)}
        By: {Inert.Line(context.By)}

        {RollbackTrailer.Of(context.RollbackId)}

        """;

    private static string Short(string name) => name["refs/tags/".Length..];
}

/// <summary>Makes observations.</summary>
internal static class Seen
{
    public static EffectObservation Present(string detail) => new() { State = EffectState.Present, Detail = detail };

    public static EffectObservation Absent(string detail) => new() { State = EffectState.Absent, Detail = detail };

    public static EffectObservation Conflicting(string detail) => new() { State = EffectState.Conflicting, Detail = detail };

    public static EffectObservation Unknown(string detail) => new() { State = EffectState.Unknown, Detail = detail };
}
