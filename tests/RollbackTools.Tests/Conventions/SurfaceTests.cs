using System.Management.Automation;
using System.Reflection;
using System.Runtime.Loader;
using System.Xml.Linq;
using RollbackTools.Tests.Hosting;

namespace RollbackTools.Tests.Conventions;

/// <summary>What the assemblies show of themselves (design.md §1, cmdlets.md Output).</summary>
public sealed class SurfaceTests
{
    private const BindingFlags Visible =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly HashSet<string> s_thirdParty =
    [
        .. Directory.EnumerateFiles(Checkout.Dependencies, "*.dll", SearchOption.AllDirectories)
            .Select(file => Path.GetFileNameWithoutExtension(file))
            .Where(name => name != "RollbackOps.Adapters"),
    ];

    [Fact]
    public void Engine_References_NothingButTheBaseClassLibrary() =>
        Assert.All(typeof(RollbackOps.RollbackOpsException).Assembly.GetReferencedAssemblies(),
            reference => Assert.StartsWith("System.", reference.Name, StringComparison.Ordinal));

    [Fact]
    public void Module_References_NoAdapterAndNoLibrary() =>
        Assert.DoesNotContain(typeof(RollbackTools.Commands.InvokeRollbackCommand).Assembly.GetReferencedAssemblies(),
            reference => reference.Name == "RollbackOps.Adapters" || s_thirdParty.Contains(reference.Name!));

    [Fact]
    public void PublicSignatures_InAllThreeAssemblies_ShowNoTypeOfALibrary()
    {
        var reader = new AssemblyLoadContext("Signatures", isCollectible: true);
        reader.Resolving += static (context, name) =>
        {
            var path = Path.Combine(Checkout.Dependencies, name.Name + ".dll");
            return File.Exists(path) ? context.LoadFromAssemblyPath(path) : null;
        };
        try
        {
            Assembly[] assemblies =
            [
                typeof(RollbackOps.RollbackOpsException).Assembly,
                typeof(RollbackTools.Commands.InvokeRollbackCommand).Assembly,
                reader.LoadFromAssemblyPath(Path.Combine(Checkout.Dependencies, "RollbackOps.Adapters.dll")),
            ];

            var shown = assemblies.SelectMany(assembly => assembly.GetExportedTypes())
                .SelectMany(type => Signature(type).Select(used => (type, used)))
                .Where(pair => s_thirdParty.Contains(pair.used.Assembly.GetName().Name!))
                .Select(pair => $"{pair.type}: {pair.used}");

            Assert.Empty(shown.Distinct());
        }
        finally
        {
            reader.Unload();
        }
    }

    [Fact]
    public void Views_OfEveryTypeThatCmdletsGive_AreThere()
    {
        var views = XDocument.Load(Path.Combine(Checkout.Bin, "RollbackTools.Format.ps1xml"))
            .Descendants("TypeName").Select(name => name.Value).ToHashSet();

        var without = CommandTypes.All
            .SelectMany(type => type.GetCustomAttributes<OutputTypeAttribute>())
            .SelectMany(output => output.Type)
            .Select(type => type.Type)
            .Where(type => type.Namespace!.StartsWith("RollbackOps", StringComparison.Ordinal) && !views.Contains(type.FullName!))
            .Select(type => type.FullName);

        Assert.Empty(without.Distinct());
    }

    [Fact]
    public void Views_There_AreOfTypesThatExist()
    {
        var engine = typeof(RollbackOps.RollbackOpsException).Assembly;
        var views = XDocument.Load(Path.Combine(Checkout.Bin, "RollbackTools.Format.ps1xml"))
            .Descendants("TypeName").Select(name => name.Value)
            .Where(name => name.StartsWith("RollbackOps.", StringComparison.Ordinal));

        Assert.DoesNotContain(views, name => engine.GetType(name) is null);
    }

    [Theory]
    [InlineData("RollbackTools.Format.ps1xml")]
    [InlineData("RollbackTools.Types.ps1xml")]
    public void ViewFiles_Staged_AreTheSources(string name) => Assert.Equal(
        File.ReadAllText(Path.Combine(Checkout.Root, "src", "RollbackTools", name)),
        File.ReadAllText(Path.Combine(Checkout.Bin, name)));

    private static IEnumerable<Type> Signature(Type type) =>
        new[] { type.BaseType }
            .Concat(type.GetInterfaces())
            .Concat(type.GetMembers(Visible).Where(IsVisible).SelectMany(member => member switch
            {
                MethodBase method => method.GetParameters().Select(parameter => parameter.ParameterType)
                    .Append((method as MethodInfo)?.ReturnType),
                FieldInfo field => [field.FieldType],
                _ => [],
            }))
            .OfType<Type>()
            .SelectMany(Flatten);

    private static bool IsVisible(MemberInfo member) => member switch
    {
        MethodBase method => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly,
        FieldInfo field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly,
        _ => false,
    };

    private static IEnumerable<Type> Flatten(Type type) =>
        type.HasElementType ? Flatten(type.GetElementType()!)
        : type.IsGenericType ? type.GetGenericArguments().SelectMany(Flatten).Append(type)
        : [type];
}
