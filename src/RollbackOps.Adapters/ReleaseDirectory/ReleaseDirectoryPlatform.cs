using System.Globalization;
using System.Runtime.CompilerServices;
using RollbackOps.Adapters.Processes;
using RollbackOps.Configuration;
using RollbackOps.Deployments;
using RollbackOps.Rollbacks;

namespace RollbackOps.Adapters.ReleaseDirectory;

/// <summary>
/// The embedded platform: <c>releases/&lt;id&gt;/</c> and an atomically switched <c>current</c> link, as Capistrano
/// lays them out.
/// </summary>
internal sealed class ReleaseDirectoryPlatform : IDeploymentPlatform
{
    /// <summary>The name that its deployments carry.</summary>
    public const string PlatformName = "ReleaseDirectory";

    private readonly RollbackSettings _settings;
    private readonly TimeProvider _clock;
    private readonly string _root;
    private readonly ReleaseFolders _releases;
    private readonly CurrentLink _current;
    private readonly PinFile _pin;
    private readonly CommandRunner _commands;

    public ReleaseDirectoryPlatform(RollbackSettings settings, ISecretSource secrets, TimeProvider clock)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new RollbackOpsException(ErrorId.PlatformUnsupported,
                "A release directory needs links that are replaced in one step; Windows has none.",
                "Use it on Linux or macOS, or another platform.");
        }

        _settings = settings;
        _clock = clock;
        _root = settings.Platform.Root;
        _releases = new ReleaseFolders(_root, settings.Project, settings.Environment);
        _current = new CurrentLink(_root);
        _pin = new PinFile(_root);
        _commands = new CommandRunner(secrets, clock);
    }

    public string Name => PlatformName;

    public bool CanPin => true;

    public IAsyncEnumerable<Deployment> ListAsync(DeploymentQuery query, CancellationToken cancellationToken) =>
        _releases.ListAsync(query, cancellationToken);

    public Task<Deployment?> FindAsync(string id, CancellationToken cancellationToken) =>
        Task.FromResult(_releases.Find(id));

    public Task<IReadOnlyList<Activation>?> ReadActivationsAsync(CancellationToken cancellationToken) =>
        Task.Run(() => RevisionsLog.Read(_root), cancellationToken);

    public Task<string> ReadCurrentAsync(CancellationToken cancellationToken) => Task.FromResult(_current.Read());

    public Task<IReadOnlyList<Deployment>> ReadInFlightAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Deployment>>(
            [.. _releases.Building(_clock.GetUtcNow() - _settings.Policy.InFlightMaxAge)]);

    public Task<PromotionPin?> ReadPinAsync(CancellationToken cancellationToken) => Task.FromResult(_pin.Read());

    public IReadOnlyList<PlannedEffect> DescribeActivation(Deployment from, Deployment target)
    {
        var effects = new List<PlannedEffect>
        {
            new() { Kind = StepKind.Switch, Description = $"Switch current from {from.Id} to {target.Id}" },
        };
        if (_settings.Platform.Activate is { } activate)
        {
            effects.Add(new PlannedEffect
            {
                Kind = StepKind.Activate,
                Description = $"Run {string.Join(' ', activate.Command)}",
                Command = activate.Command,
            });
        }

        return effects;
    }

    public Task<EffectObservation> ObserveAsync(
        StepKind kind, StepContext context, CancellationToken cancellationToken) => Task.FromResult(kind switch
        {
            StepKind.Switch => ObserveSwitch(context),
            StepKind.Pin => _pin.Read() is { } pin && pin.RollbackId == context.RollbackId
                ? Seen(EffectState.Present, $"pinned to {pin.DeploymentId} since {pin.Since:u}")
                : Seen(EffectState.Absent, "not pinned by this rollback"),
            StepKind.Unpin => ObserveUnpin(context),
            _ => Seen(EffectState.Unknown, "cannot be told"),
        });

    public async Task<string> ApplyAsync(StepKind kind, StepContext context, CancellationToken cancellationToken)
    {
        switch (kind)
        {
            case StepKind.Switch:
                _current.Switch(context.Target.Id, context.RollbackId);
                return $"current leads to {context.Target.Id}";
            case StepKind.Pin:
                _pin.Write(new PromotionPin
                {
                    DeploymentId = context.Target.Id,
                    Since = _clock.GetUtcNow(),
                    By = context.By,
                    RollbackId = context.RollbackId,
                    Reason = context.Reason,
                });
                return $"pinned to {context.Target.Id}";
            case StepKind.Unpin when context.PinBefore is { } before:
                _pin.Write(before);
                return $"pinned to {before.DeploymentId} again";
            case StepKind.Unpin:
                _pin.Remove();
                return "pin lifted";
            case StepKind.Activate:
                return await ActivateAsync(context, cancellationToken);
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, "The platform has no such effect.");
        }
    }

    public async Task<ITargetAddress?> OpenOwnAddressAsync(Deployment deployment, CancellationToken cancellationToken) =>
        _settings.Platform.Probe is { } command && _releases.PathOf(deployment.Id) is { } folder
            ? await ReleaseProbe.StartAsync(_commands, command, _root, folder, deployment.Id, _clock, cancellationToken)
            : null;

    public async IAsyncEnumerable<DeploymentLogLine> ReadLogAsync(
        string id, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var folder = _releases.PathOf(id) ?? throw new RollbackOpsException(ErrorId.DeploymentNotFound,
            $"There is no release '{Inert.Line(id)}' below '{_root}'.", "Look at Get-DeploymentHistory.", id);
        var files = Directory.EnumerateFiles(folder, "*.log").Order(StringComparer.Ordinal).ToList();
        if (files.Count == 0)
        {
            throw new RollbackOpsException(ErrorId.LogNotFound,
                $"The release '{id}' holds no log: no file '*.log' lies in its folder.",
                "Let the deploy script write build.log into the release.", id);
        }

        foreach (var file in files)
        {
            var number = 0L;
            await foreach (var line in File.ReadLinesAsync(file, cancellationToken))
            {
                yield return new DeploymentLogLine
                {
                    DeploymentId = id,
                    Source = Path.GetFileName(file),
                    Number = ++number,
                    Text = Inert.Line(line),
                };
            }
        }
    }

    private EffectObservation ObserveSwitch(StepContext context)
    {
        var current = _current.Read();
        var state = current == context.Target.Id ? EffectState.Present
            : current == context.From.Id ? EffectState.Absent
            : EffectState.Conflicting;
        return Seen(state, $"current leads to {current}");
    }

    /// <summary>Only the pin that the undone rollback set is to be lifted (S2).</summary>
    private EffectObservation ObserveUnpin(StepContext context) => _pin.Read() switch
    {
        null => Seen(EffectState.Present, "not pinned"),
        { } pin when pin.RollbackId == context.UndoOf => Seen(EffectState.Absent, $"pinned since {pin.Since:u}"),
        { } other => Seen(EffectState.Present, $"left pinned: {other.By} set that pin at {other.Since:u}"),
    };

    private async Task<string> ActivateAsync(StepContext context, CancellationToken cancellationToken)
    {
        var command = _settings.Platform.Activate!;
        var outcome = await _commands.RunAsync(command, _root,
            new Dictionary<string, string>
            {
                ["{id}"] = context.Target.Id,
                ["{release}"] = Path.Combine(_root, "releases", context.Target.Id),
            },
            cancellationToken);
        var said = outcome.Tail.Length == 0 ? string.Empty : $" It said: {outcome.Tail}";
        return outcome.ExitCode switch
        {
            0 => string.Create(CultureInfo.InvariantCulture, $"exit code 0 after {outcome.Elapsed.TotalSeconds:0.0} s"),
            null => throw new RollbackOpsException(ErrorId.ActivationFailed,
                $"The activation command '{string.Join(' ', command.Command)}' was still running after {command.Timeout.TotalSeconds:0} s and was left running; its output goes to '{outcome.OutputFile}'.{said}",
                "Look at the service; raise platform.activate.timeout if it needs longer; then run Resume-Rollback.",
                context.RollbackId),
            { } code => throw new RollbackOpsException(ErrorId.ActivationFailed,
                $"The activation command '{string.Join(' ', command.Command)}' ended with exit code {code}.{said}",
                "Mend what it complains about, then run Resume-Rollback.", context.RollbackId),
        };
    }

    private static EffectObservation Seen(EffectState state, string detail) => new() { State = state, Detail = detail };
}
