using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Net.Http.Headers;
using System.Text.Json;

namespace RollbackOps.Bench;

/// <summary>
/// Get-DeploymentHistory -All on Vercel beside a bare loop over the same pages with HttpClient, in turn in one process;
/// and memory over all deployments.
/// </summary>
internal static class History
{
    private const int Runs = 7;
    private const string All =
        "param($c) $n = 0; Get-DeploymentHistory -All -ConfigurationPath $c | ForEach-Object { $n++ }; $n";

    public static void Measure(string manifest, Uri api, string project, string team, string configuration)
    {
        using var runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
        runspace.Open();
        Invoke(runspace, "param($m) Import-Module $m", manifest);
        var (bare, ours) = (new List<double>(), new List<double>());
        // The first round compiles.
        for (var i = -1; i < Runs; i++)
        {
            var begun = Stopwatch.GetTimestamp();
            var count = Page(api, project, team);
            var one = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
            begun = Stopwatch.GetTimestamp();
            var listed = (int)Invoke(runspace, All, configuration)[0].BaseObject;
            var other = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
            if (listed != count)
            {
                throw new InvalidOperationException($"The loop found {count}, and the cmdlet {listed}.");
            }

            if (i >= 0)
            {
                bare.Add(one);
                ours.Add(other);
            }
        }

        Print("a bare loop with HttpClient (ms)", bare);
        Print("Get-DeploymentHistory -All (ms)", ours);
        Print("ratio, pair by pair", [.. ours.Zip(bare, (one, other) => one / other)]);
        var memory = Invoke(runspace,
            "param($c) $n = 0; Get-DeploymentHistory -All -ConfigurationPath $c | ForEach-Object { if ($n++ % 1000 -eq 0) { [GC]::GetTotalMemory($true) } }",
            configuration);
        Console.WriteLine($"live memory after each thousand (MB): {string.Join(' ', memory.Select(value => ((long)value.BaseObject / 1e6).ToString("0.0", CultureInfo.InvariantCulture)))}");
    }

    /// <summary>The least that reads every page: one request after the other, and of each answer only where it goes on.</summary>
    private static int Page(Uri api, string project, string team)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Bearer", Environment.GetEnvironmentVariable("VERCEL_TOKEN"));
        var (count, until) = (0, (long?)null);
        do
        {
            var path = string.Create(CultureInfo.InvariantCulture,
                $"v6/deployments?projectId={project}&target=production&limit=100&teamId={team}{(until is null ? "" : $"&until={until}")}");
            using var page = JsonDocument.Parse(http.GetByteArrayAsync(new Uri(api, path)).Result);
            count += page.RootElement.GetProperty("deployments").GetArrayLength();
            var next = page.RootElement.GetProperty("pagination").GetProperty("next");
            until = next.ValueKind == JsonValueKind.Null ? null : next.GetInt64();
        }
        while (until is not null);
        return count;
    }

    private static List<PSObject> Invoke(Runspace runspace, string script, string argument)
    {
        using var shell = PowerShell.Create(runspace);
        shell.AddScript(script).AddArgument(argument);
        var output = shell.Invoke();
        return shell.HadErrors ? throw new InvalidOperationException(shell.Streams.Error[0].ToString()) : [.. output];
    }

    private static void Print(string what, List<double> values)
    {
        values.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{what,-45} min {values[0],8:0.00}  median {values[values.Count / 2],8:0.00}  max {values[^1],8:0.00}"));
    }
}
