using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace RollbackOps.Bench;

/// <summary>What one fresh process measures of itself; prints milliseconds.</summary>
internal static class ModuleProcess
{
    /// <summary>The time that Import-Module takes, after the engine has been warmed up.</summary>
    public static void Import(string manifest)
    {
        using var runspace = Open();
        Print(Time(runspace, "param($m) Import-Module $m", manifest));
    }

    /// <summary>The time of the first cmdlet call, adapters and all.</summary>
    public static void FirstCall(string manifest, string configuration)
    {
        using var runspace = Open();
        Time(runspace, "param($m) Import-Module $m", manifest);
        Print(Time(runspace, "param($c) Get-DeploymentHistory -First 1 -ConfigurationPath $c", configuration));
    }

    private static Runspace Open()
    {
        var runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
        runspace.Open();
        // The engine's own first pipeline, module cache and parser are not the module's cost.
        using var shell = PowerShell.Create(runspace);
        shell.AddScript("Get-Module; Get-Command -Name Import-Module; New-Module -ScriptBlock { } | Import-Module").Invoke();
        return runspace;
    }

    private static double Time(Runspace runspace, string script, string argument)
    {
        using var shell = PowerShell.Create(runspace);
        shell.AddScript(script).AddArgument(argument);
        var begun = Stopwatch.GetTimestamp();
        shell.Invoke();
        var elapsed = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
        return shell.HadErrors ? throw new InvalidOperationException(shell.Streams.Error[0].ToString()) : elapsed;
    }

    private static void Print(double milliseconds) =>
        Console.WriteLine(milliseconds.ToString("0.000", CultureInfo.InvariantCulture));
}
