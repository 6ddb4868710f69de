using RollbackOps.Configuration;
using RollbackOps.Signals;

namespace RollbackOps.Tests.Fakes;

/// <summary>Answers with whatever the platform serves.</summary>
internal sealed class FakeProber(FakePlatform platform, FakeClock clock) : IHealthProber
{
    private const string OwnHost = "own.test";

    /// <summary>Deployments whose checks fail, or one check of them: <c>v3/database</c>.</summary>
    public ISet<string> Sick { get; } = new HashSet<string>();

    /// <summary>Whether answers state the version.</summary>
    public bool StatesVersion { get; set; } = true;

    /// <summary>The content of the build file that each deployment has; the number counts the readings.</summary>
    public Func<string, int, string?> FileOf { get; set; } = (_, _) => null;

    /// <summary>Whether answers come from a cache.</summary>
    public bool FromCache { get; set; }

    /// <summary>Addresses stuck at a version of their own.</summary>
    public IDictionary<Uri, string> StuckAt { get; } = new Dictionary<Uri, string>();

    /// <summary>Whether anything answers at all.</summary>
    public bool IsReachable { get; set; } = true;

    /// <summary>Whether the control address answers.</summary>
    public bool ControlAnswers { get; set; } = true;

    /// <summary>Called with every probe, before it answers.</summary>
    public Action<ProbeRequest>? OnProbe { get; set; }

    public IList<ProbeRequest> Requests { get; } = [];

    public static Uri OwnAddressOf(string id) => new($"http://{OwnHost}/?{id}");

    public Task<IReadOnlyList<HealthCheckResult>> ProbeAsync(ProbeRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        OnProbe?.Invoke(request);
        Requests.Add(request);
        var served = request.Address.Host == OwnHost ? request.Address.Query[1..]
            : StuckAt.TryGetValue(request.Address, out var stuck) ? stuck
            : platform.Served;
        var isPassed = IsReachable && served is not null && !Sick.Contains(served);
        bool Passes(HealthCheckSettings check) => isPassed && !Sick.Contains($"{served}/{check.Name}");
        string? Version(HealthCheckSettings check) => !IsReachable || served is null ? null
            : check.Identity?.Content is not null ? FileOf(served, Requests.Count)
            : StatesVersion ? served : null;
        return Task.FromResult<IReadOnlyList<HealthCheckResult>>(
        [
            .. request.Checks.Select(check => new HealthCheckResult
            {
                Name = check.Name,
                Address = request.Address,
                Status = Passes(check) ? CheckStatus.Passed : CheckStatus.Failed,
                At = clock.GetUtcNow(),
                Duration = TimeSpan.FromMilliseconds(3),
                StatusCode = !IsReachable ? null : Passes(check) ? 200 : 500,
                Reason = Passes(check) ? null : "it is sick",
                ServedVersion = Version(check),
                IsExpectedVersion = Version(check) is not { } version ? null
                    : check.Identity?.Content is not null
                        ? request.Files.FirstOrDefault(file => file.Check == check.Name)?.Tells(version)
                    : request.Expected is { } expected ? version == expected.Id : null,
                FromCache = FromCache,
                Signal = check.Signal,
                Round = request.Round,
            }),
        ]);
    }

    public Task<bool> AnswersAsync(Uri address, TimeSpan timeout, CancellationToken cancellationToken) =>
        Task.FromResult(ControlAnswers);
}
