using System.Runtime.Loader;
using RollbackOps;

namespace RollbackTools.Isolation;

/// <summary>The one door to the adapters: the first call loads them, in the module's own load context.</summary>
internal static class Adapters
{
    private const string FactoryType = "RollbackOps.Adapters.AdapterFactory";

    private static readonly Lazy<IAdapterFactory> s_factory = new(Load);

    /// <summary>The factory of every port's implementation.</summary>
    public static IAdapterFactory Factory => s_factory.Value;

    private static IAdapterFactory Load()
    {
        var folder = Path.Combine(Path.GetDirectoryName(typeof(Adapters).Assembly.Location)!, "deps");
        AssemblyLoadContext context = new AdapterLoadContext(folder);
        var assembly = context.LoadFromAssemblyPath(Path.Combine(folder, "RollbackOps.Adapters.dll"));
        return (IAdapterFactory)Activator.CreateInstance(assembly.GetType(FactoryType, throwOnError: true)!)!;
    }
}
