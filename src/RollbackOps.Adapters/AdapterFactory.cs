namespace RollbackOps.Adapters;

/// <summary>Makes the implementation of every port of the engine.</summary>
public sealed class AdapterFactory : IAdapterFactory
{
}
