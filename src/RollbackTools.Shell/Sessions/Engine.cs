using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;
using RollbackTools.Shell.Hosting;

namespace RollbackTools.Shell.Sessions;

/// <summary>What is particular to the engine's package.</summary>
internal static class Engine
{
    /// <summary>The engine's version.</summary>
    public static string Version { get; } =
        typeof(PowerShell).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
            .Split(' ', '+')[0] ?? "";

    /// <summary>A session with what the engine alone brings, and the module.</summary>
    public static Runspace CreateRunspace(ShellHost host, string module)
    {
        var state = InitialSessionState.CreateDefault2();
        state.Commands.Remove("Out-Default", typeof(SessionStateCmdletEntry));
        state.Commands.Add(new SessionStateCmdletEntry("Out-Default", typeof(OutDefaultCommand), helpFileName: null));
        state.ImportPSModule(module);
        state.ThrowOnRunspaceOpenError = true;
        if (OperatingSystem.IsWindows())
        {
            state.ExecutionPolicy = Microsoft.PowerShell.ExecutionPolicy.RemoteSigned;
        }

        var runspace = RunspaceFactory.CreateRunspace(host, state);
        runspace.ThreadOptions = PSThreadOptions.ReuseThread;
        return runspace;
    }

    /// <summary>
    /// Makes the next script file's <c>exit</c> end the session, as it does under <c>pwsh -File</c>; by itself the
    /// engine only ends that file. Its switch is not public: to be replaced when it becomes so.
    /// </summary>
    /// <remarks>https://github.com/PowerShell/PowerShell: ConsoleHost.cs sets it for -File.</remarks>
    public static void LetNextFileExit(Runspace runspace)
    {
        const BindingFlags AnyInstance = BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public;
        var context = typeof(Runspace).GetProperty("ExecutionContext", AnyInstance)?.GetValue(runspace)
            ?? (runspace.GetType().GetProperty("ExecutionContext", AnyInstance)?.GetValue(runspace));
        var property = context?.GetType().GetProperty("ScriptCommandProcessorShouldRethrowExit", AnyInstance)
            ?? throw new SessionException($"PowerShell engine {Version} is not one that this shell knows.");
        property.SetValue(context, value: true);
    }
}
