using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace RollbackTools.Tests.Hosting;

/// <summary>Makes these tests see the very assemblies that the manifest loads: those in <c>bin/</c>.</summary>
internal static class ModuleAssemblies
{
    [ModuleInitializer]
    internal static void Hook() => AssemblyLoadContext.Default.Resolving += static (context, name) =>
        name.Name is "RollbackTools" or "RollbackOps"
            ? context.LoadFromAssemblyPath(Path.Combine(Checkout.Bin, name.Name + ".dll"))
            : null;

    /// <summary>What lies in the module's own load context, by simple name.</summary>
    public static IReadOnlyList<Assembly> Isolated() =>
    [
        .. AssemblyLoadContext.All
            .Where(context => context.Name == "RollbackTools")
            .SelectMany(context => context.Assemblies),
    ];
}
