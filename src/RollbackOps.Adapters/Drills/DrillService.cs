using System.Net;
using Microsoft.Data.Sqlite;
using RollbackOps.Adapters.ReleaseDirectory;
using RollbackOps.Drills;

namespace RollbackOps.Adapters.Drills;

/// <summary>
/// The sample service: it runs the release that <c>current</c> leads to, as the last restart found it. A restart lets requests
/// that are under way finish; a stop cuts them off.
/// </summary>
internal sealed class DrillService : IAsyncDisposable
{
    private readonly string _root;
    private readonly string _databaseFile;
    private readonly ScaledClock _clock;
    private readonly AccessLog _log;
    private readonly object _gate = new();
    private readonly DrillInstance?[] _instances;
    private readonly List<(DrillServer Server, int ProcessId)> _probes = [];
    private DrillDatabase? _database;

    public DrillService(string root, string databaseFile, int addresses, ScaledClock clock, AccessLog log)
    {
        _root = root;
        _databaseFile = databaseFile;
        _clock = clock;
        _log = log;
        _instances = new DrillInstance?[addresses];
        Servers = [.. Enumerable.Range(0, addresses).Select(i => new DrillServer(port: 0, (request, token) => AnswerAsync(i, request, token)))];
    }

    /// <summary>Its servers, one an address.</summary>
    public IReadOnlyList<DrillServer> Servers { get; }

    /// <summary>Whether the next restart leaves the last address with what it serves.</summary>
    public bool IsNextRestartHalf { get; set; }

    /// <summary>The release that every address runs; null while it is stopped, or where they run several.</summary>
    public string? Served
    {
        get
        {
            lock (_gate)
            {
                var ids = _instances.Select(instance => instance?.Id).Distinct().ToList();
                return ids.Count == 1 ? ids[0] : null;
            }
        }
    }

    /// <summary>Starts what <c>current</c> leads to, in place of what runs.</summary>
    public string Restart()
    {
        lock (_gate)
        {
            var release = Current();
            _database ??= DrillDatabase.Open(_databaseFile);
            var moved = IsNextRestartHalf ? _instances.Length - 1 : _instances.Length;
            IsNextRestartHalf = false;
            for (var i = 0; i < moved; i++)
            {
                _instances[i] = new DrillInstance(release, _database, _clock);
            }

            if (release.Fault is { IsDown: true })
            {
                CutOff();
            }

            return moved == _instances.Length ? $"{release.Id} runs" : $"{release.Id} runs at {moved} of {_instances.Length} addresses";
        }
    }

    /// <summary>Stops it, with its connection to the database.</summary>
    public string Stop()
    {
        lock (_gate)
        {
            Array.Clear(_instances);
            CutOff();
            _database?.Dispose();
            _database = null;
            return "stopped";
        }
    }

    /// <summary>Whether it runs and its data are whole.</summary>
    public bool Smokes()
    {
        lock (_gate)
        {
            return _instances.All(instance => instance is { IsDown: false }) && _database is { } database && database.IsWhole();
        }
    }

    /// <summary>Serves a release at a port of its own, for as long as a process lives.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">The port is taken.</exception>
    public void Probe(string folder, int port, int processId)
    {
        lock (_gate)
        {
            // Read only: a probe is no user, and writes nothing.
            var instance = new DrillInstance(DrillRelease.Read(folder), _database ?? throw new InvalidOperationException("The service is stopped."), _clock);
            _probes.Add((new DrillServer(port, (request, token) => instance.AnswerAsync(request, token)), processId));
        }
    }

    /// <summary>Ends the probes whose process has ended.</summary>
    public async Task EndProbesAsync(Func<int, bool> isRunning)
    {
        List<(DrillServer Server, int ProcessId)> ended;
        lock (_gate)
        {
            ended = [.. _probes.Where(probe => !isRunning(probe.ProcessId))];
            _probes.RemoveAll(probe => ended.Contains(probe));
        }

        foreach (var (server, _) in ended)
        {
            await server.DisposeAsync();
        }
    }

    /// <summary>The migration of the release that <c>current</c> leads to.</summary>
    public void Migrate()
    {
        lock (_gate)
        {
            _database?.Migrate();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in Servers)
        {
            await server.DisposeAsync();
        }

        await EndProbesAsync(_ => false);
        lock (_gate)
        {
            _database?.Dispose();
            _database = null;
        }
    }

    /// <summary>The log is that of what stands before a service, which notes when nobody answers.</summary>
    private DrillAnswer? NotAnswered(DrillExchange request)
    {
        _log.Add(_clock.GetUtcNow(), request, (int)HttpStatusCode.BadGateway, TimeSpan.Zero);
        return null;
    }

    private DrillRelease Current() => DrillRelease.Read(Path.Combine(_root, "releases", new CurrentLink(_root).Read()));

    private void CutOff()
    {
        foreach (var server in Servers)
        {
            server.CutOff();
        }
    }

    private async Task<DrillAnswer?> AnswerAsync(int address, DrillExchange request, CancellationToken cancellationToken)
    {
        DrillInstance? instance;
        lock (_gate)
        {
            instance = _instances[address];
        }

        if (instance is null or { IsDown: true })
        {
            return NotAnswered(request);
        }

        var begun = _clock.GetTimestamp();
        DrillAnswer? answer;
        try
        {
            answer = await instance.AnswerAsync(request, cancellationToken);
        }
        catch (Exception closed) when (closed is SqliteException or InvalidOperationException)
        {
            // It was stopped while it answered.
            return NotAnswered(request);
        }

        if (answer is not null)
        {
            _log.Add(_clock.GetUtcNow(), request, answer.Status, _clock.Unscaled(answer.Delay, _clock.GetElapsedTime(begun)));
        }

        return answer;
    }
}
