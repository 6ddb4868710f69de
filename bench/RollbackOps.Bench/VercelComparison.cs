using System.Diagnostics;

namespace RollbackOps.Bench;

/// <summary>
/// A rollback on the stand-in, from the start of a fresh process until every alias is read back and the target is first
/// seen served, as the journal tells it; and beside it Vercel's own CLI, until it says that it is done.
/// </summary>
internal static class VercelComparison
{
    private const int Job = 600;
    private static readonly string s_target = VercelStandIn.Id(2);

    public static void Run(int runs)
    {
        using var standIn = new VercelStandIn();
        var hosts = new List<(string Name, Func<VercelProject, RollbackRunTimes> Run)>
        {
            ("vercel CLI", project => Cli(project, standIn)),
            ("rollback-shell", project => Ours(project, Checkout.PublishedShell, ["-NonInteractive", "-Command", Command(project)])),
        };
        if (OnPath("pwsh") is { } pwsh)
        {
            hosts.Add(("pwsh", project => Ours(project, pwsh,
                ["-NoProfile", "-NonInteractive", "-Command", $"Import-Module '{Checkout.Manifest}'; {Command(project)}"])));
        }

        var times = hosts.ToDictionary(host => host.Name, _ => new List<RollbackRunTimes>());
        // The first round only warms the disk.
        for (var i = -1; i < runs; i++)
        {
            foreach (var (name, run) in hosts)
            {
                using var project = new VercelProject(standIn.Address);
                standIn.Begin(deployments: 3, Job);
                var measured = run(project);
                if (i >= 0)
                {
                    times[name].Add(measured);
                }
            }
        }

        foreach (var (name, _) in hosts)
        {
            Figures.Print($"{name}: above the job's own {Job} ms", times[name].Select(one => one.Above));
            if (name != hosts[0].Name)
            {
                Figures.Print("  of it until the lease is taken and the plan stands", times[name].Select(one => one.UntilStarted));
                Figures.Print("  the whole process, confirming reads and all", times[name].Select(one => one.Whole));
                Figures.Print("  ratio to the CLI, pair by pair",
                    times[name].Zip(times[hosts[0].Name], (ours, theirs) => ours.Above / theirs.Above));
            }
        }
    }

    /// <summary>The same in a PowerShell that runs already and has imported the module: its first rollback, and later ones.</summary>
    public static void RunInOnePowerShell(int runs)
    {
        using var standIn = new VercelStandIn();
        var (first, later) = (new List<double>(), new List<double>());
        for (var i = 0; i < runs; i++)
        {
            using var pwsh = new RunningPowerShell(OnPath("pwsh") ?? throw new InvalidOperationException("There is no pwsh."));
            pwsh.Do($"Import-Module '{Checkout.Manifest}'");
            for (var call = 0; call < 4; call++)
            {
                using var project = new VercelProject(standIn.Address);
                standIn.Begin(deployments: 3, Job);
                var begun = DateTimeOffset.UtcNow;
                pwsh.Do(Command(project) + " | Out-Null");
                (call == 0 ? first : later).Add((project.ReadTimes().Served - begun).TotalMilliseconds - Job);
            }
        }

        Figures.Print($"running pwsh, first rollback: above the job's {Job} ms", first);
        Figures.Print("  later ones", later);
    }

    /// <summary>The history of many deployments, beside a bare loop over its pages.</summary>
    public static void History(int count)
    {
        using var standIn = new VercelStandIn();
        using var project = new VercelProject(standIn.Address);
        standIn.Begin(count, Job);
        var start = new ProcessStartInfo("dotnet",
            [
                Checkout.ModuleProcess, "history", Checkout.Manifest, standIn.Address.AbsoluteUri, VercelStandIn.Project,
                VercelStandIn.Team, project.Configuration,
            ]);
        start.Environment["VERCEL_TOKEN"] = VercelStandIn.Token;
        using var process = System.Diagnostics.Process.Start(start)!;
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"It ended with {process.ExitCode}.");
        }
    }

    /// <summary>
    /// What is asked one after the other: on a network of 50 ms, requests that go out together overlap. The job takes no
    /// time, so that it is not waited for.
    /// </summary>
    public static void CountRoundTrips()
    {
        using var standIn = new VercelStandIn();
        using var project = new VercelProject(standIn.Address);
        standIn.Begin(deployments: 3, job: 0, network: 50);
        Ours(project, Checkout.PublishedShell, ["-NonInteractive", "-Command", Command(project)]);
        var served = project.ReadTimes().Served;
        Print("rollback-shell", [.. standIn.ReadLog().Where(request => request.From < served)]);
        using var other = new VercelProject(standIn.Address);
        standIn.Begin(deployments: 3, job: 0, network: 50);
        Cli(other, standIn);
        Print("vercel CLI", standIn.ReadLog());
    }

    private static void Print(string name, IReadOnlyList<StandInRequest> requests)
    {
        var rounds = new List<List<StandInRequest>>();
        var until = DateTimeOffset.MinValue;
        foreach (var request in requests)
        {
            if (request.From >= until)
            {
                rounds.Add([]);
                until = request.To;
            }

            rounds[^1].Add(request);
        }

        Console.WriteLine($"{name}: {requests.Count} requests in {rounds.Count} sequential round trips");
        foreach (var round in rounds)
        {
            Console.WriteLine("  " + string.Join("  |  ", round.Select(request => $"{request.Method} {request.Path}")));
        }
    }

    private static string Command(VercelProject project) =>
        $"Invoke-Rollback {s_target} -Reason bench -Confirm:$false -ConfigurationPath '{project.Configuration}'";

    private static RollbackRunTimes Ours(VercelProject project, string program, string[] arguments)
    {
        var (begun, ended) = Process(project, program, arguments, ("VERCEL_TOKEN", VercelStandIn.Token));
        var times = project.ReadTimes();
        return new RollbackRunTimes(
            (times.Served - begun).TotalMilliseconds - Job, (times.Started - begun).TotalMilliseconds, (ended - begun).TotalMilliseconds);
    }

    private static RollbackRunTimes Cli(VercelProject project, VercelStandIn standIn)
    {
        var (begun, ended) = Process(project, "node",
            [
                Checkout.VercelCli, "rollback", s_target, "--yes", "--api", standIn.Address.AbsoluteUri.TrimEnd('/'),
                "--token", VercelStandIn.Token, "--global-config", Path.Combine(Path.GetTempPath(), "rollbackops-bench-cli"),
            ],
            ("VERCEL_TELEMETRY_DISABLED", "1"), ("NO_UPDATE_NOTIFIER", "1"));
        var whole = (ended - begun).TotalMilliseconds;
        return new RollbackRunTimes(whole - Job, whole, whole);
    }

    private static (DateTimeOffset Begun, DateTimeOffset Ended) Process(
        VercelProject project, string program, string[] arguments, params (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = project.Root,
        };
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        var begun = DateTimeOffset.UtcNow;
        using var process = System.Diagnostics.Process.Start(start)!;
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        var ended = DateTimeOffset.UtcNow;
        return process.ExitCode == 0
            ? (begun, ended)
            : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {output}{errors.Result}");
    }

    private static string? OnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, program + (OperatingSystem.IsWindows() ? ".exe" : "")))
        .FirstOrDefault(File.Exists);
}

/// <summary>What one run took, in milliseconds.</summary>
/// <param name="Above">Until the target was first seen served, without the job's own time.</param>
/// <param name="UntilStarted">Until the rollback's first record.</param>
/// <param name="Whole">The whole process.</param>
internal sealed record RollbackRunTimes(double Above, double UntilStarted, double Whole);
