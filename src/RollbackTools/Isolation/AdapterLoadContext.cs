using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace RollbackTools.Isolation;

/// <summary>
/// The module's own load context: everything in <c>bin/deps/</c> lives here, so that its libraries never meet
/// another module's copies of them.
/// </summary>
/// <remarks>
/// It probes by file name. <see cref="AssemblyDependencyResolver"/> needs a host policy that PowerShell remoting
/// endpoints do not have, and fails there.
/// </remarks>
internal sealed class AdapterLoadContext : AssemblyLoadContext
{
    private readonly string _folder;

    public AdapterLoadContext(string folder)
        : base("RollbackTools", isCollectible: false)
    {
        _folder = folder;
    }

    /// <summary>Loads an assembly that lies in the folder; anything else comes from the default context.</summary>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        var path = Path.Combine(_folder, assemblyName.Name + ".dll");
        return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
    }

    /// <summary>Loads a native library from <c>runtimes/&lt;rid&gt;/native</c>, trying the specific runtime first.</summary>
    protected override nint LoadUnmanagedDll(string unmanagedDllName)
    {
        foreach (var rid in RuntimeIdentifiers())
        {
            foreach (var name in NativeNames(unmanagedDllName))
            {
                var path = Path.Combine(_folder, "runtimes", rid, "native", name);
                if (File.Exists(path))
                {
                    return LoadUnmanagedDllFromPath(path);
                }
            }
        }

        return 0;
    }

    private static IEnumerable<string> RuntimeIdentifiers()
    {
        yield return RuntimeInformation.RuntimeIdentifier;
        var system = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";
        var processor = RuntimeInformation.ProcessArchitecture switch
        {
            Architecture.X64 => "x64",
            Architecture.X86 => "x86",
            Architecture.Arm => "arm",
            _ => "arm64",
        };
        yield return $"{system}-{processor}";
        yield return system;
    }

    private static IEnumerable<string> NativeNames(string name)
    {
        yield return name;
        if (OperatingSystem.IsWindows())
        {
            yield return name + ".dll";
        }
        else
        {
            var extension = OperatingSystem.IsMacOS() ? ".dylib" : ".so";
            yield return "lib" + name + extension;
            yield return name + extension;
        }
    }
}
