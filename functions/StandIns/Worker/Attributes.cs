using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker.Extensions.Abstractions
{
    /// <summary>Marks what a function is bound to.</summary>
    public abstract class BindingAttribute : Attribute;

    /// <summary>Marks what starts a function.</summary>
    public abstract class TriggerBindingAttribute : BindingAttribute;
}

namespace Microsoft.Azure.Functions.Worker
{
    /// <summary>Names a method as a function.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    public class FunctionAttribute(string name) : Attribute
    {
        /// <summary>Name of the function, unique in the app.</summary>
        public string Name { get; } = name;
    }

    /// <summary>Whose key the Functions host asks for before it calls a function.</summary>
    public enum AuthorizationLevel
    {
        /// <summary>Nobody's.</summary>
        Anonymous = 0,

        /// <summary>A signed-in user.</summary>
        User = 1,

        /// <summary>The function's.</summary>
        Function = 2,

        /// <summary>The host's own.</summary>
        System = 3,

        /// <summary>The master key.</summary>
        Admin = 4,
    }

    /// <summary>Starts a function by an HTTP request.</summary>
    [AttributeUsage(AttributeTargets.Parameter)]
    public sealed class HttpTriggerAttribute(AuthorizationLevel authLevel, params string[] methods) : TriggerBindingAttribute
    {
        /// <summary>Route template, without the prefix of host.json.</summary>
        public string? Route { get; set; }

        /// <summary>HTTP methods that are listened to.</summary>
        public string[] Methods { get; } = methods;

        /// <summary>Whose key the Functions host asks for.</summary>
        public AuthorizationLevel AuthLevel { get; } = authLevel;
    }
}
