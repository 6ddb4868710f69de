using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace RollbackOps.Bench;

/// <summary>Get-DeploymentHistory -All on ten thousand releases: the first object, and memory over all of them.</summary>
internal static class Streaming
{
    private const int Runs = 15;

    public static void Measure(string manifest, string configuration)
    {
        using var runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
        runspace.Open();
        Invoke(runspace, "param($m) Import-Module $m", manifest);
        var first = new List<double>();
        for (var i = 0; i < Runs; i++)
        {
            first.Add(Invoke(runspace,
                "param($c) foreach ($one in 1) { Get-DeploymentHistory -All -ConfigurationPath $c | ForEach-Object { break } }",
                configuration));
        }

        first.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"stopped after the first object (ms): min {first[0]:0.0}  median {first[Runs / 2]:0.0}  max {first[^1]:0.0}"));
        GC.Collect();
        var peaks = Invoke(runspace,
            "param($c) $n = 0; $p = [System.Collections.Generic.List[long]]::new(); Get-DeploymentHistory -All -ConfigurationPath $c | ForEach-Object { if ($n++ % 1000 -eq 0) { $p.Add([GC]::GetTotalMemory($true)) } }; $p",
            configuration, out var output);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"all of them in {peaks:0} ms; live memory after each thousand (MB): {string.Join(' ', output.Select(value => ((long)value.BaseObject / 1e6).ToString("0.0", CultureInfo.InvariantCulture)))}"));
    }

    private static double Invoke(Runspace runspace, string script, string argument) =>
        Invoke(runspace, script, argument, out _);

    private static double Invoke(Runspace runspace, string script, string argument, out ICollection<PSObject> output)
    {
        using var shell = PowerShell.Create(runspace);
        shell.AddScript(script).AddArgument(argument);
        var begun = Stopwatch.GetTimestamp();
        output = shell.Invoke();
        return Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
    }
}
