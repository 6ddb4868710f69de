using System.Diagnostics;
using RollbackOps.Adapters.ReleaseDirectory;
using RollbackOps.Configuration;
using RollbackOps.Drills;

namespace RollbackOps.Adapters.Drills;

/// <summary>
/// The ground of a drill, in this process: the service, its users and the team's channel listen on loopback ports of their own,
/// so that a drill starts wherever the module imports. Only the service's commands are processes: they are what the product runs.
/// </summary>
internal sealed class DrillGround : IDrillGround
{
    private const int FirstMessages = 200;

    private readonly DrillGroundRequest _request;
    private readonly ScaledClock _clock;
    private readonly DrillLayout _layout;
    private AccessLog? _log;
    private DrillService? _service;
    private DrillControl? _control;
    private DrillServer? _team;
    private DrillUsers? _users;
    private DateTimeOffset? _told;

    public DrillGround(DrillGroundRequest request, TimeProvider clock)
    {
        _request = request;
        _clock = (ScaledClock)clock;
        _layout = new DrillLayout(request);
    }

    public string ConfigurationFile => _layout.ConfigurationFile;

    public string AccessLog => _layout.AccessLogFile;

    public IReadOnlyList<Uri> Addresses { get; private set; } = [];

    public ISecretSource Secrets { get; } = new DrillSecrets();

    public string GoodRelease { get; private set; } = string.Empty;

    public string? Deployed { get; private set; }

    public string? ServedRelease => _service?.Served;

    public DateTimeOffset? ToldAt => _told;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new RollbackOpsException(ErrorId.PlatformUnsupported,
                "A drill runs on a release directory, which needs Linux or macOS.", "Run it there.");
        }

        _layout.Take();
        GoodRelease = _layout.Write(_clock.GetUtcNow(), FirstMessages);
        _log = new AccessLog(_layout.AccessLogFile);
        _service = new DrillService(_request.Folder, _layout.DatabaseFile, _request.Addresses, _clock, _log);
        Addresses = [.. _service.Servers.Select(server => server.Address)];
        if (_request.HasChannel)
        {
            _team = new DrillServer(port: 0, (_, _) =>
            {
                _told ??= _clock.GetUtcNow();
                return Task.FromResult<DrillAnswer?>(new DrillAnswer(200, "{}"));
            });
        }

        _layout.Configure(Addresses, _team?.Address);
        _service.Restart();
        _control = new DrillControl(_layout.ControlFolder, _service);
        _users = new DrillUsers(_request.Scenario.Traffic, Addresses, Enumerable.Range(0, FirstMessages).Select(i => $"seed-{i}"), _clock);
        _users.Start();
        return Task.CompletedTask;
    }

    public Task<string> DeployAsync(CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            var fault = _request.Scenario.Fault;
            Deployed = DrillRelease.Write(_request.Folder, _clock.GetUtcNow(), "PROD: new message handling", "ready", fault);
            if (fault.DamagesData)
            {
                _service!.Migrate();
            }

            _users!.CountFromNow();
            new CurrentLink(_request.Folder).Switch(Deployed, "deploy");
            DrillRelease.NoteDeployed(_request.Folder, Deployed);
            _service!.Restart();
            return Deployed;
        },
        cancellationToken);

    public Task<string> BeginDeploymentAsync(CancellationToken cancellationToken) => Task.Run(
        () => DrillRelease.Write(_request.Folder, _clock.GetUtcNow(), "PROD: somebody else's change", "building", fault: null),
        cancellationToken);

    public void EndDeployment(string id) =>
        DrillRelease.WriteState(_request.Folder, id, _clock.GetUtcNow(), "PROD: somebody else's change", "canceled", fault: null);

    public void HalveNextRestart() => _service!.IsNextRestartHalf = true;

    public async Task<bool> KillAtRestartAsync(DrillHost host, string script, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(host.Program)
        {
            WorkingDirectory = _request.Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in host.Arguments.Append(script))
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            var said = Task.WhenAll(process.StandardOutput.ReadToEndAsync(cancellationToken), process.StandardError.ReadToEndAsync(cancellationToken));
            var isKilled = false;
            _control!.Restarting = () =>
            {
                isKilled = true;
                // With the command that it began: what the switch leads to is not restarted.
                process.Kill(entireProcessTree: true);
                return false;
            };
            await process.WaitForExitAsync(cancellationToken);
            _control.Restarting = null;
            return isKilled ? true : throw new RollbackOpsException(ErrorId.DrillFailed,
                $"The process that was to be killed ended before it asked for a restart (exit code {process.ExitCode}): {Inert.Line(string.Join(' ', await said))}",
                "Run the drill without -Chaos, or in pwsh.", host.Program);
        }
        catch (System.ComponentModel.Win32Exception failure)
        {
            throw new RollbackOpsException(ErrorId.DrillFailed,
                $"No other process of this host can be started: {failure.Message}", "Run the drill in pwsh.", host.Program, failure);
        }
    }

    public DrillSight Look() => _users?.Look() ?? new DrillSight();

    public Task StopUsersAsync() => _users?.StopAsync() ?? Task.CompletedTask;

    public DrillStock CountStock(string? kept)
    {
        var stored = _users?.Stored ?? [];
        var (live, damaged) = DrillDatabase.Count(_layout.DatabaseFile);
        var beside = kept is not null && File.Exists(kept) ? DrillDatabase.Count(kept).Tokens : [];
        return new DrillStock(
            stored.Count,
            stored.Count(token => !live.Contains(token) && beside.Contains(token)),
            stored.Count(token => !live.Contains(token) && !beside.Contains(token)),
            damaged);
    }

    public async ValueTask DisposeAsync()
    {
        await (_users?.DisposeAsync() ?? default);
        await (_control?.DisposeAsync() ?? default);
        await (_service?.DisposeAsync() ?? default);
        await (_team?.DisposeAsync() ?? default);
        _log?.Dispose();
    }
}
