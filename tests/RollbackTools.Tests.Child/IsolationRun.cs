using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;
using System.Runtime.Loader;

namespace RollbackTools.Tests.Child;

/// <summary>Uses the module the way a session does and tells which assemblies lie in which load context.</summary>
internal static class IsolationRun
{
    private const string Procedure =
        "$null = Get-DeploymentHistory; $null = Test-DeploymentHealth; "
        + "if (-not (Test-Database -Quiet)) { throw 'the database' }; "
        // A target that does not start is polled until its time is over.
        + "try { Test-DeploymentHealth -OwnAddress -ConfigurationPath probe.json } catch { }; "
        + "(Invoke-Rollback -Reason 'isolation' -Further -Confirm:$false | New-IncidentReport).Status.ToString()";

    public static object ImportOnly(string manifest)
    {
        using var runspace = Open();
        var before = Loaded();
        Run(runspace, "param($Manifest) Import-Module $Manifest", manifest);
        return new { Before = before, Assemblies = Loaded() };
    }

    public static object Gather(string manifest, string folder, string? foreign)
    {
        var other = foreign is null ? null : AssemblyLoadContext.Default.LoadFromAssemblyPath(foreign);
        var otherBefore = other is null ? null : Use(other);
        using var runspace = Open();
        runspace.SessionStateProxy.Path.SetLocation(folder);
        var before = Loaded();
        Run(runspace, "param($Manifest) Import-Module $Manifest", manifest);
        var first = Run(runspace, Procedure);
        Run(runspace, "param($Manifest) Import-Module $Manifest -Force", manifest);
        var forced = Run(runspace, "(Undo-Rollback -Reason 'isolation' -Confirm:$false).Status.ToString()");
        var removed = Run(runspace,
            "Remove-Module RollbackTools; $null -eq (Get-Command Invoke-Rollback -ErrorAction Ignore)");
        Run(runspace, "param($Manifest) Import-Module $Manifest", manifest);
        var again = Run(runspace, Procedure);
        return new
        {
            First = first,
            Forced = forced,
            Removed = removed,
            Again = again,
            Before = before,
            Assemblies = Loaded(),
            OtherBefore = otherBefore,
            OtherAfter = other is null ? null : Use(other),
        };
    }

    /// <summary>Builds a pipeline with somebody else's copy and runs through it.</summary>
    private static string Use(Assembly polly)
    {
        var builder = Activator.CreateInstance(polly.GetType("Polly.ResiliencePipelineBuilder", throwOnError: true)!)!;
        var pipeline = builder.GetType().GetMethod("Build", BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly)!
            .Invoke(builder, null)!;
        var execute = pipeline.GetType().GetMethods()
            .Single(method => method.Name == "Execute" && !method.IsGenericMethod
                && method.GetParameters() is [{ ParameterType: var only }] && only == typeof(Action));
        var ran = false;
        execute.Invoke(pipeline, [() => { ran = true; }]);
        return $"{polly.GetName().Version} {(ran ? "ran" : "did not run")}";
    }

    private static Runspace Open()
    {
        var runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
        runspace.Open();
        // The engine loads libraries of its own when it first imports a module, whichever it is.
        var empty = Path.Combine(AppContext.BaseDirectory, "Empty.psd1");
        Run(runspace, "param($Manifest) Import-Module $Manifest", empty);
        return runspace;
    }

    private static string Run(Runspace runspace, string script, params object[] arguments)
    {
        using var shell = PowerShell.Create(runspace);
        shell.AddScript("$ErrorActionPreference = 'Stop'; & {" + script + "} @args");
        foreach (var argument in arguments)
        {
            shell.AddArgument(argument);
        }

        return string.Join(",", shell.Invoke());
    }

    private static List<object> Loaded() =>
    [
        .. AssemblyLoadContext.All.SelectMany(context => context.Assemblies
            .Where(assembly => !assembly.IsDynamic)
            .Select(assembly => (object)new
            {
                Context = ReferenceEquals(context, AssemblyLoadContext.Default) ? "Default" : context.Name ?? "(unnamed)",
                Name = assembly.GetName().Name,
                Version = assembly.GetName().Version?.ToString(),
                assembly.Location,
            })),
    ];
}
