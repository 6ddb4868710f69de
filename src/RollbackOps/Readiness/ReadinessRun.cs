using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace RollbackOps.Readiness;

/// <summary>
/// Makes every inspection at the same time, each with a deadline of its own: one that hangs keeps nobody from hearing the
/// others, and is told as what it is.
/// </summary>
internal sealed class ReadinessRun
{
    /// <summary>How long the whole may take where nobody says otherwise, but for what was called off to let go: below 5 s then.</summary>
    private static readonly TimeSpan s_whole = TimeSpan.FromSeconds(4);

    /// <summary>What each inspection has of that in any case, however slow the start was.</summary>
    private static readonly TimeSpan s_least = TimeSpan.FromSeconds(2);

    /// <summary>How long what was called off may take to let go: a release that was started to be probed is ended.</summary>
    private static readonly TimeSpan s_leaving = TimeSpan.FromMilliseconds(250);

    private readonly ReadinessScope _scope;
    private readonly TimeSpan _patience;

    public ReadinessRun(ReadinessScope scope, TimeSpan patience) => (_scope, _patience) = (scope, patience);

    /// <summary>How long each inspection may take where nobody says otherwise.</summary>
    /// <param name="spent">What the start took: libraries are loaded, the configuration is read.</param>
    public static TimeSpan PatienceAfter(TimeSpan spent) => s_whole - spent > s_least ? s_whole - spent : s_least;

    /// <summary>The only check there is where no configuration can be read.</summary>
    public static ReadinessCheck Of(RollbackOpsException unreadable, TimeSpan took) => new()
    {
        Name = Inspections.ConfigurationInspection.CheckName,
        Area = ReadinessArea.Configuration,
        Status = ReadinessStatus.Failed,
        Observed = Redaction.Redactor.Default.Redact(unreadable.Message),
        Expected = Inspections.ConfigurationInspection.Wanted,
        NextStep = unreadable.NextStep,
        Took = took,
    };

    /// <summary>Makes inspections; each check is given as soon as it and those before it are known.</summary>
    public async IAsyncEnumerable<ReadinessCheck> MakeAsync(
        IReadOnlyList<IInspection> inspections, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var begun = Stopwatch.GetTimestamp();
        var looking = inspections.Select(inspection => Task.Run(() => LookAsync(inspection, stopping.Token), CancellationToken.None)).ToList();
        try
        {
            foreach (var (inspection, look) in inspections.Zip(looking))
            {
                yield return await AwaitAsync(inspection, look, begun, cancellationToken);
            }
        }
        finally
        {
            await stopping.CancelAsync();
            _scope.End();
            await Task.WhenAny(Task.WhenAll(looking), Task.Delay(s_leaving, CancellationToken.None));
        }
    }

    private async Task<ReadinessCheck> AwaitAsync(
        IInspection inspection, Task<(ReadinessFinding Finding, TimeSpan Took)> look, long begun, CancellationToken cancellationToken)
    {
        var left = _patience - Stopwatch.GetElapsedTime(begun);
        try
        {
            var (finding, took) = await look.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, cancellationToken);
            return ToCheck(inspection, finding, took);
        }
        catch (TimeoutException)
        {
            return ToCheck(
                inspection,
                ReadinessFinding.Untold(
                    string.Create(CultureInfo.InvariantCulture, $"not told within {_patience.TotalSeconds:0.#} s"),
                    $"Give it more time: Test-RollbackReadiness {inspection.Name} -Timeout 30s -Verbose."),
                Stopwatch.GetElapsedTime(begun));
        }
    }

    private static async Task<(ReadinessFinding Finding, TimeSpan Took)> LookAsync(IInspection inspection, CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        try
        {
            return (await inspection.LookAsync(cancellationToken), Stopwatch.GetElapsedTime(begun));
        }
        catch (RollbackOpsException failure)
        {
            return (ReadinessFinding.Of(failure), Stopwatch.GetElapsedTime(begun));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException
            || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return (ReadinessFinding.Untold(failure.Message.TrimEnd('.'), "Look at what it says, then try again."), Stopwatch.GetElapsedTime(begun));
        }
    }

    private ReadinessCheck ToCheck(IInspection inspection, ReadinessFinding finding, TimeSpan took) => new()
    {
        Name = inspection.Name,
        Area = inspection.Area,
        Status = finding.Status,
        Observed = _scope.Context.Redactor.Redact(Inert.Line(finding.Observed)),
        Expected = inspection.Expected,
        NextStep = finding.NextStep,
        Took = took,
        Project = _scope.Settings.Project,
        Environment = _scope.Settings.Environment,
    };
}
